"""The registry of failure classes as it is shipped. Admins change the rows; the codes are fixed in code.

Each row: code, title, kind, severity, attempts before a case opens, owner, backup, what may settle it. What to do is
written beside it, in ``runbooks/<code>.md``, or for the whole family in ``runbooks/<first part of the code>.md``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from approvals import actors, ledger
from approvals.models import Workspace
from exceptions.models import FailureClass, Plan, Team
from exceptions.models.failure_class import Handling, Kind, Severity

UNCLASSIFIED = "unclassified"
FINANCE, CONTROLLERS, PLATFORM, QUALITY = "Finance ops", "Controllers", "Platform", "AI quality"
TEAMS = (FINANCE, CONTROLLERS, PLATFORM, QUALITY)
RUNBOOKS = Path(__file__).parent / "runbooks"

DATA = ("amend", "ask_again", "dismiss", "hand_over")
RULE = ("dismiss", "hand_over")
STANDS = ("reverse", "dismiss", "hand_over")  # it was written, and should not have been
AGAIN = ("retry", "dismiss", "hand_over")
FIRST_LOOK = ("reconcile", "hand_over")
ANY = ("amend", "retry", "dismiss", "hand_over")


@dataclass(frozen=True)
class Entry:
    """A failure class as shipped."""

    code: str
    title: str
    kind: Kind
    severity: Severity
    tries: int
    owner: str
    backup: str
    resolutions: tuple[str, ...]


LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH
TECHNICAL, BUSINESS, MODEL, POLICY = Kind.TECHNICAL, Kind.BUSINESS, Kind.MODEL, Kind.POLICY
# fmt: off
ENTRIES = tuple(
    Entry(*row)
    for row in [
        ("proposal.invalid", "A value does not fit", BUSINESS, LOW, 1, FINANCE, QUALITY, DATA),
        ("proposal.missing_field", "A required value is missing", BUSINESS, LOW, 1, FINANCE, QUALITY, DATA),
        ("proposal.out_of_bounds", "A date is out of bounds", BUSINESS, LOW, 1, FINANCE, CONTROLLERS, DATA),
        ("proposal.duplicate", "Proposed before", BUSINESS, LOW, 1, FINANCE, QUALITY, DATA),
        ("evidence.missing", "No evidence came with it", MODEL, MEDIUM, 1, QUALITY, FINANCE, DATA),
        ("policy.tool_not_allowed", "The agent was not given this tool", POLICY, HIGH, 1, PLATFORM, QUALITY, RULE),
        ("policy.protected", "Something protected was touched", POLICY, HIGH, 1, CONTROLLERS, FINANCE, RULE),
        ("policy.limit_exceeded", "Above what policy lets anyone sign", POLICY, HIGH, 1, CONTROLLERS, FINANCE, DATA),
        ("policy.rate_exceeded", "More proposals than the budget per hour", POLICY, MEDIUM, 1, PLATFORM, QUALITY, RULE),
        ("review.handed_over", "Handed over by a reviewer", BUSINESS, MEDIUM, 1, FINANCE, CONTROLLERS, DATA),
        ("posting.unknown_vendor", "The books do not know the vendor", BUSINESS, MEDIUM, 1, FINANCE, CONTROLLERS, ANY),
        ("posting.period_closed", "The period is closed", BUSINESS, MEDIUM, 1, FINANCE, CONTROLLERS, ANY),
        ("posting.duplicate_document", "The books hold this document", BUSINESS, MEDIUM, 1, FINANCE, CONTROLLERS, RULE),
        ("posting.already_voided", "Voided before", BUSINESS, LOW, 1, FINANCE, CONTROLLERS, RULE),
        ("posting.target_changed", "The target changed", BUSINESS, MEDIUM, 1, FINANCE, CONTROLLERS, ANY),
        ("posting.refused", "The books refuse", BUSINESS, MEDIUM, 1, FINANCE, CONTROLLERS, ANY),
        ("integration.unreachable", "A system cannot be reached", TECHNICAL, MEDIUM, 5, PLATFORM, FINANCE, AGAIN),
        ("integration.timeout", "A system does not answer in time", TECHNICAL, MEDIUM, 5, PLATFORM, FINANCE, AGAIN),
        ("integration.rate_limited", "A system asks us to slow down", TECHNICAL, LOW, 6, PLATFORM, FINANCE, AGAIN),
        ("integration.auth", "A system no longer lets us in", TECHNICAL, HIGH, 1, PLATFORM, CONTROLLERS, AGAIN),
        ("integration.refused", "A system refuses", BUSINESS, MEDIUM, 1, PLATFORM, FINANCE, ANY),
        ("outcome.unknown", "It may have happened", Kind.UNKNOWN_OUTCOME, HIGH, 1, FINANCE, CONTROLLERS, FIRST_LOOK),
        ("agent.cannot", "The agent cannot do this", MODEL, LOW, 1, QUALITY, FINANCE, RULE),
        ("agent.looping", "Proposed again after every no", MODEL, MEDIUM, 1, QUALITY, PLATFORM, RULE),
        ("run.failed", "A run failed", TECHNICAL, MEDIUM, 1, PLATFORM, QUALITY, RULE),
        ("run.silent", "A run fell silent", TECHNICAL, MEDIUM, 1, PLATFORM, QUALITY, RULE),
        ("model.ungrounded", "A value is not in the evidence", MODEL, MEDIUM, 1, QUALITY, FINANCE, DATA),
        ("model.refused", "The model refused to answer", MODEL, LOW, 1, QUALITY, PLATFORM, RULE),
        ("model.timed_out", "The model does not answer in time", TECHNICAL, LOW, 3, PLATFORM, QUALITY, RULE),
        ("model.busy", "The model is busy", TECHNICAL, LOW, 5, PLATFORM, QUALITY, RULE),
        ("model.answer_invalid", "The model's answer is not usable", MODEL, MEDIUM, 1, QUALITY, PLATFORM, RULE),
        ("model.unreachable", "The model cannot be reached", TECHNICAL, MEDIUM, 3, PLATFORM, QUALITY, RULE),
        ("model.call_rejected", "The call to the model was rejected", TECHNICAL, HIGH, 1, PLATFORM, QUALITY, RULE),
        ("model.failed", "The model gave no usable answer", MODEL, MEDIUM, 1, QUALITY, PLATFORM, RULE),
        ("model.budget_reached", "The budget for models is reached", POLICY, MEDIUM, 1, PLATFORM, QUALITY, RULE),
        ("model.second_opinion", "A second model stopped it", MODEL, MEDIUM, 1, QUALITY, FINANCE, RULE),
        ("golden.regressed", "What was right before is wrong now", MODEL, HIGH, 1, QUALITY, PLATFORM, RULE),
        ("golden.drift", "Inputs or confidences have drifted", MODEL, MEDIUM, 1, QUALITY, PLATFORM, RULE),
        ("dispatch.breaker_open", "A tool was cut off", TECHNICAL, HIGH, 1, PLATFORM, CONTROLLERS, RULE),
        ("dispatch.limit_reached", "A limit is reached", POLICY, MEDIUM, 1, CONTROLLERS, FINANCE, RULE),
        ("dispatch.stopped", "Writing has stopped", POLICY, HIGH, 1, PLATFORM, CONTROLLERS, RULE),
        ("reversal.failed", "A reversal failed", Kind.INTEGRITY, HIGH, 1, CONTROLLERS, FINANCE, ANY),
        ("reversal.no_effect", "A reversal changed nothing", Kind.INTEGRITY, HIGH, 1, CONTROLLERS, FINANCE, FIRST_LOOK),
        ("reversal.too_late", "Too late to be undone by its tool", BUSINESS, MEDIUM, 1, CONTROLLERS, FINANCE, RULE),
        ("saga.halfway", "A chain of writes stands half done", Kind.INTEGRITY, HIGH, 1, CONTROLLERS, FINANCE, RULE),
        ("escalation.overdue", "Escalation is late", Kind.INTEGRITY, HIGH, 1, PLATFORM, CONTROLLERS, RULE),
        ("escalation.unreachable", "Escalation reaches nobody", Kind.INTEGRITY, MEDIUM, 1, PLATFORM, CONTROLLERS, RULE),
        ("ledger.broken", "The ledger does not verify", Kind.INTEGRITY, HIGH, 1, PLATFORM, CONTROLLERS, ("hand_over",)),
        ("sample.wrong", "Found wrong in a sample", MODEL, MEDIUM, 1, QUALITY, CONTROLLERS, STANDS),
        ("sample.stopped", "Samples fail week after week", Kind.INTEGRITY, HIGH, 1, CONTROLLERS, QUALITY, RULE),
        ("write.unproven", "A write cannot be seen in its target", Kind.INTEGRITY, HIGH, 1, CONTROLLERS, FINANCE, RULE),
        ("alert.error_rate", "Runs fail too often", TECHNICAL, MEDIUM, 1, PLATFORM, QUALITY, RULE),
        ("alert.accuracy", "Proposals are right too seldom", MODEL, HIGH, 1, QUALITY, PLATFORM, RULE),
        ("alert.escalation", "Far more goes to exceptions than usual", MODEL, MEDIUM, 1, QUALITY, PLATFORM, RULE),
        ("alert.latency", "Runs take too long", TECHNICAL, LOW, 1, PLATFORM, QUALITY, RULE),
        ("alert.spend", "Runs cost too much", POLICY, MEDIUM, 1, CONTROLLERS, PLATFORM, RULE),
        ("alert.silence", "A run that was due did not begin", TECHNICAL, HIGH, 1, PLATFORM, QUALITY, RULE),
        ("lane.demoted", "A lane has fallen", MODEL, HIGH, 1, QUALITY, PLATFORM, RULE),
        ("lane.audit_wrong", "Passed by itself, and was wrong", MODEL, MEDIUM, 1, QUALITY, FINANCE, STANDS),
        (UNCLASSIFIED, "Not classified yet", TECHNICAL, HIGH, 1, PLATFORM, QUALITY, ANY),
    ]
)
# fmt: on

TITLES = {entry.code: entry.title for entry in ENTRIES}
SHIPPED = frozenset(entry.code for entry in ENTRIES)
ACKNOWLEDGE_WITHIN = {LOW: timedelta(hours=8), MEDIUM: timedelta(hours=2), HIGH: timedelta(minutes=30)}
RESOLVE_WITHIN = {LOW: timedelta(days=5), MEDIUM: timedelta(days=2), HIGH: timedelta(hours=8)}


PLANS = {LOW: "Calm", MEDIUM: "Steady", HIGH: "Urgent"}


def escalation(acknowledge_within: timedelta) -> list[dict[str, Any]]:
    """Remind the owner when the time to acknowledge is up, then call the backup after as long again."""
    minutes = max(int(acknowledge_within.total_seconds() // 60), 1)
    return [
        {"after_minutes": minutes, "to": to, "whom": whom, "by": ["email"]}
        for to, whom in (("owner", "duty"), ("backup", "everyone"))
    ]


def runbook(code: str) -> str:
    """What to do about a failure of this class, as Markdown."""
    for name in (code, code.partition(".")[0]):
        path = RUNBOOKS / f"{name}.md"
        if path.is_file():
            return path.read_text(encoding="utf-8").strip()
    return ""


def seed(*, workspace: Workspace, now: datetime) -> int:
    """Give the workspace the teams and classes it lacks; the rest stays as its admins left it. Returns how many."""
    with transaction.atomic():
        known = set(FailureClass.objects.filter(workspace=workspace).values_list("code", flat=True))
        missing = [entry for entry in ENTRIES if entry.code not in known]
        if not missing:
            return 0
        Team.objects.bulk_create(
            [Team(workspace=workspace, name=name) for name in TEAMS], ignore_conflicts=True
        )
        teams = {team.name: team for team in Team.objects.filter(workspace=workspace, name__in=TEAMS)}
        plans = _plans(workspace)
        FailureClass.objects.bulk_create(
            [_row(workspace, teams, plans, entry) for entry in missing], ignore_conflicts=True
        )
        ledger.append(
            workspace_id=workspace.pk, kind="class.seeded", actor=actors.worker("catalogue"), at=now,
            data={"classes": len(missing)},
        )  # fmt: skip
    return len(missing)


def _plans(workspace: Workspace) -> dict[str, Plan]:
    """The shipped plans, one for each severity, made where they are missing."""
    Plan.objects.bulk_create(
        [
            Plan(workspace=workspace, name=name, steps=escalation(ACKNOWLEDGE_WITHIN[severity]))
            for severity, name in PLANS.items()
        ],
        ignore_conflicts=True,
    )
    return {plan.name: plan for plan in Plan.objects.filter(workspace=workspace, name__in=PLANS.values())}


def _row(workspace: Workspace, teams: dict[str, Team], plans: dict[str, Plan], entry: Entry) -> FailureClass:
    return FailureClass(
        workspace=workspace,
        code=entry.code,
        title=entry.title,
        kind=entry.kind,
        severity=entry.severity,
        owner=teams[entry.owner],
        backup=teams[entry.backup],
        plan=plans[PLANS[entry.severity]],
        handling=Handling.RETRY if entry.tries > 1 else Handling.QUEUE,
        acknowledge_within=ACKNOWLEDGE_WITHIN[entry.severity],
        resolve_within=RESOLVE_WITHIN[entry.severity],
        tries=entry.tries,
        resolutions=list(entry.resolutions),
        runbook=runbook(entry.code),
    )


def classes_for(wanted: Collection[tuple[Workspace, str]]) -> dict[tuple[int, str], FailureClass]:
    """The class of each code, or ``unclassified``: no failure is without an owner. Seeds workspaces that lack one."""
    spaces = {workspace.pk: workspace for workspace, _ in wanted}
    rows = FailureClass.objects.select_related("owner", "backup", "plan").filter(
        workspace__in=spaces, code__in={UNCLASSIFIED, *(code for _, code in wanted)}
    )
    found = {(row.workspace_id, row.code): row for row in rows}
    lacking = [pk for pk in spaces if (pk, UNCLASSIFIED) not in found]
    lacking += [space.pk for space, code in wanted if code in SHIPPED and (space.pk, code) not in found]
    if lacking:
        for pk in dict.fromkeys(lacking):
            seed(workspace=spaces[pk], now=timezone.now())
        found = {(row.workspace_id, row.code): row for row in rows.all()}
    return {
        (space.pk, code): found.get((space.pk, code)) or found[space.pk, UNCLASSIFIED]
        for space, code in wanted
    }


def class_for(workspace: Workspace, code: str) -> FailureClass:
    """One class, or ``unclassified``."""
    return classes_for({(workspace, code)})[workspace.pk, code]
