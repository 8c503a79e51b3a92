"""A queue of any length and a history of any size, copied in SQL from one proposal that came in through the door.

As in life: 4 agents in 12 lanes, 3 risks, 2,000 vendors of very different size, amounts from cents to thousands,
deadlines that hundreds share, one in twenty waiting for a second signature, some only for named reviewers, some still
being read; a kilobyte of evidence, all gates' rulings, signatures and entries in the ledger of each. A history of a
year: four in five approved, a third of those by the policy; the others rejected, expired, withdrawn or superseded.

Not as in life: digests are random (nobody recomputes them before a worker runs them), risk is spread although a tool
has one, the ledger holds three entries of each settled proposal where there would be six, nothing was executed, and
rows that belong together lie together on disk.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from approvals import actors, agents, policies, tools
from approvals.models import Agent, Lane, Membership, Proposal, Workspace
from approvals.models.workspace import Role
from tests import expenses, people
from tests.bench import bulk, site

REVIEWERS = 50
TOOL = "books.post_expense"
NAMED = 12  # every so manieth proposal may be answered only by named reviewers


@dataclass(frozen=True)
class Crowd:
    """A workspace under load. ``maria`` measures; the other reviewers signed what is settled."""

    company: people.Company
    template: Proposal
    values: dict[str, Any]

    @property
    def workspace(self) -> Workspace:
        return self.company.workspace

    def reviewers(self) -> list[Membership]:
        """Maria and everybody beside her."""
        rows = Membership.objects.filter(workspace=self.workspace).select_related("user", "workspace")
        return [member for member in rows.order_by("pk") if member.may(Role.REVIEWER)]


NUMBERED = """
SELECT n, abs(hashint8extended(n, 1)) AS a, abs(hashint8extended(n, 2)) AS b, abs(hashint8extended(n, 3)) AS c,
       md5(n::text) AS h
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
DRAWN = """
SELECT *, a %% 12 AS k, (ARRAY['low', 'medium', 'high'])[1 + (a %% 12) / 4] AS drawn_risk,
       'Vendor ' || lpad(floor(2000 * power((b %% 10007) / 10007.0, 2))::int::text, 4, '0') || ' GmbH' AS vendor,
       round((2 + exp((c %% 9973) / 9973.0 * 8.4))::numeric, 2) AS drawn_amount,
       CASE WHEN a %% 100 < 10 THEN 12 + b %% 4 ELSE 14 + b %% 6 END AS drawn_band,
       %(reviewers)s::int[] AS reviewers,
       {moments}
FROM ({numbered}) AS numbered
"""
PENDING_MOMENTS = """
'pending'::text AS drawn_state, NULL::timestamptz AS done,
%(now)s::timestamptz - make_interval(secs => (b %% 250000)::int) AS born,
date_trunc('hour', %(now)s::timestamptz) + make_interval(mins => (180 + 5 * (c %% 800))::int) AS dies
"""
SETTLED_MOMENTS = """
(ARRAY['approved', 'approved', 'approved', 'approved', 'approved', 'approved', 'approved', 'approved', 'approved',
  'approved', 'approved', 'approved', 'approved', 'approved', 'approved', 'approved',
  'rejected', 'rejected', 'expired', CASE WHEN b %% 3 = 0 THEN 'superseded' ELSE 'withdrawn' END])[1 + c %% 20]
  AS drawn_state,
%(now)s::timestamptz - make_interval(secs => 7200 + 31500000.0 * (%(last)s - n) / %(many)s) AS done,
%(now)s::timestamptz - make_interval(secs => 7200 + 31500000.0 * (%(last)s - n) / %(many)s + b %% 80000) AS born,
%(now)s::timestamptz - make_interval(secs => 31500000.0 * (%(last)s - n) / %(many)s - 86400) AS dies
"""
ID = """
(lpad(to_hex((extract(epoch FROM born) * 1000)::bigint), 12, '0') || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))
"""
COLUMNS = {
    "id": f"{ID}::uuid",
    "agent_id": "(%(agents)s::uuid[])[1 + k %% 4]",
    "lane_id": "(%(lanes)s::bigint[])[1 + k]",
    "policy_id": "(%(policies)s::bigint[])[CASE WHEN b %% %(named)s = 0 THEN 1 + a %% 2 ELSE 3 END]",
    "idempotency_key": "'crowd-' || n",
    "fingerprint": "h || h",
    "risk": "drawn_risk",
    "arguments": """t.arguments || jsonb_build_object('vendor', vendor, 'total', drawn_amount::text,
        'document', 'R-' || n)""",
    "proposed_arguments": """t.proposed_arguments || jsonb_build_object('vendor', vendor,
        'total', drawn_amount::text, 'document', 'R-' || n)""",
    "subject": "'receipt:R-' || n",
    "headline": "replace(replace(t.headline, t.party, vendor), t.amount::text, drawn_amount::text)",
    "confidence": "drawn_band / 20.0 + 0.02",
    "band": "drawn_band",
    "amount": "drawn_amount",
    "likeness": "md5('l' || n / 2)",
    "party": "vendor",
    "cohort": "CASE WHEN drawn_risk = 'high' OR a %% 20 = 0 THEN '' ELSE md5(k || '/' || b %% 40) END",
    "state": "drawn_state",
    "digest": "md5('d' || n) || h",
    "quorum": "CASE WHEN a %% 20 = 0 THEN 2 ELSE 1 END",
    "observed_at": "CASE WHEN drawn_state = 'pending' AND b %% 200 = 0 THEN NULL ELSE born END",
    "created_at": "born",
    "expires_at": "dies",
    "settled_at": "done",
    "release_at": "CASE WHEN drawn_state = 'approved' THEN done + interval '10 seconds' END",
}
EVIDENCE = """
INSERT INTO approvals_evidence (proposal_id, position, kind, title, content, source, spans, digest)
SELECT p.id, 1, e.kind, e.title, replace(replace(e.content, t.party, p.party), t.amount::text, p.amount::text),
       e.source, e.spans, e.digest
FROM fresh p, approvals_proposal t, approvals_evidence e WHERE t.id = %(template)s AND e.proposal_id = t.id
"""
DECISIONS = """
INSERT INTO approvals_decision (proposal_id, round, reviewer_id, by_policy, verdict, seen_digest, digest, arguments,
                                changed_fields, reason_code, note, decided_at)
SELECT id, 1, CASE WHEN NOT passed THEN signer END, passed,
       CASE WHEN state = 'rejected' THEN 'reject' WHEN NOT passed AND b %% 25 = 0 THEN 'edit' ELSE 'approve' END,
       digest, digest, arguments, '{{}}', CASE WHEN state = 'rejected' THEN 'wrong_value' ELSE '' END, '',
       coalesce(settled_at, created_at + interval '1 minute')
FROM (SELECT *, state = 'approved' AND a %% 3 = 0 AS passed,
             (%(reviewers)s::int[])[1 + b %% cardinality(%(reviewers)s::int[])] AS signer
      FROM (SELECT *, abs(hashtextextended(id::text, 4)) AS a, abs(hashtextextended(id::text, 5)) AS b FROM fresh) p
      WHERE state IN ('approved', 'rejected') OR (state = 'pending' AND quorum > 1 AND observed_at IS NOT NULL)) p
"""
ENTRIES = """
INSERT INTO approvals_ledgerentry (transaction, workspace_id, at, kind, actor_kind, actor, auth, proposal, data)
SELECT pg_current_xact_id()::text::bigint, workspace_id, at, kind, actor_kind, actor, 'bench', id, data
FROM fresh, LATERAL (VALUES
  (created_at, 'proposal.submitted', 'agent', 'agent:' || agent_id, jsonb_build_object('digest', digest)),
  (created_at, 'proposal.ruled', 'policy', 'policy:' || policy_id,
   jsonb_build_object('ruling', 'ask', 'quorum', quorum, 'policy', policy_id, 'stops', '["rollout_stage"]'::jsonb)),
  (settled_at, 'proposal.' || state, 'person', 'user:' || (%(reviewers)s::int[])[1],
   jsonb_build_object('digest', digest))
) AS told (at, kind, actor_kind, actor, data) WHERE at IS NOT NULL
"""


def found(slug: str = "crowd") -> Crowd:
    """The workspace, its fifty reviewers and four agents, and the one proposal all others are copied from."""
    now = timezone.now()
    company = people.company(slug, "Crowd", now, {"maria": ["reviewer"], "ada": ["admin", "ops_owner"]})
    reviewers = [company.maria.user_id, *_colleagues(company.workspace, now)]
    (template,) = expenses.pending_at_once(company.bot, site.fresh(1))
    bots = [company.bot, *(_agent(company.workspace, f"bot{number}", now) for number in (2, 3, 4))]
    lanes = [_lane(bot, risk, now) for risk in ("low", "medium", "high") for bot in bots]
    terms = [reviewers[1:10], reviewers[:5], []]  # the second names Maria, the first does not
    values = {
        "workspace": company.workspace.pk, "template": template.pk, "now": now, "named": NAMED,
        "agents": [bot.pk for bot in bots], "lanes": [lane.pk for lane in lanes], "reviewers": reviewers,
        "policies": [_policy(company.workspace, named, now) for named in terms],
    }  # fmt: skip
    return Crowd(company, template, values)


def fill(crowd: Crowd, *, pending: int, settled: int) -> float:
    """Add so many waiting proposals, and so many that are history. Returns how many seconds it took."""
    began = time.perf_counter()
    with bulk.loading():
        for moments, many in ((SETTLED_MOMENTS, settled), (PENDING_MOMENTS, pending)):
            if many:
                _insert(crowd, moments, many)
    bulk.tidy()
    return time.perf_counter() - began


def _insert(crowd: Crowd, moments: str, many: int) -> None:
    first = Proposal.objects.count() + 1_000_000
    values = crowd.values | {"first": first, "last": first + many - 1, "many": many}
    rows = DRAWN.format(moments=moments, numbered=NUMBERED)
    columns = [field.column for field in Proposal._meta.concrete_fields if not field.generated]
    drawn = ", ".join(f"{COLUMNS.get(column, f't.{column}')} AS {column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS SELECT {drawn}"
            f" FROM ({rows}) AS drawn CROSS JOIN approvals_proposal t WHERE t.id = %(template)s",
            values,
        )
        cursor.execute(f"INSERT INTO approvals_proposal ({', '.join(columns)}) TABLE fresh")
        for statement in (EVIDENCE, DECISIONS, ENTRIES):
            cursor.execute(statement.replace("{{}}", "{}"), values)
        cursor.execute("DROP TABLE fresh")


def _colleagues(workspace: Workspace, now: datetime) -> list[int]:
    """Reviewers who never sign in: hashing fifty passwords would take longer than all the rest."""
    names = [f"r{number:02}" for number in range(1, REVIEWERS)]
    users = User.objects.bulk_create(User(username=name, password="!") for name in names)
    Membership.objects.bulk_create(
        Membership(workspace=workspace, user=user, roles=["reviewer"], created_at=now) for user in users
    )
    return [user.pk for user in users]


def _agent(workspace: Workspace, name: str, now: datetime) -> Agent:
    return agents.add_agent(
        workspace=workspace, name=name, version="1.0", tools=[TOOL], actor=actors.worker("bench"), now=now
    )


def _lane(agent: Agent, risk: str, now: datetime) -> Lane:
    if risk == tools.get(TOOL).risk:
        return policies.lane_of(agent=agent, tool=tools.get(TOOL), now=now)
    return Lane.objects.create(workspace=agent.workspace, agent=agent, tool=TOOL, risk=risk, created_at=now)


def _policy(workspace: Workspace, named: list[int], now: datetime) -> int:
    made = policies.set_policy(
        workspace=workspace, tool=TOOL, actor=actors.worker("bench"), now=now, currency="EUR", reviewers=named
    )
    return made.pk
