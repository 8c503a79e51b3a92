"""People answer what waits, one after another, in their own pace: as they came, changed, or not at all."""

from collections.abc import Iterable
from random import Random
from typing import Any

from approvals import decisions
from approvals.models import Membership, Proposal
from approvals.models.proposal import State
from approvals.oversight.exposures import Look
from runs.demo.month import hands
from runs.demo.month.mail import TEAMS
from runs.demo.month.scene import REVIEWERS, Scene, chance, person

AT_ONCE = 12  # answered before the first of them is written
LEAST_MS = 4_000  # nobody of these is hasty
EDITED = 0.6  # of what is wrong; the rest is rejected


def answer_all(scene: Scene, truth: dict[str, str]) -> None:
    """Everything that waits, oldest first. ``truth`` is the right label by ticket; a receipt in it is wrong."""
    rows = list(waiting(scene))
    for some in (rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE)):
        for proposal in some:
            drawn = chance("answer", proposal.subject)
            member = _free(scene, proposal, drawn)
            scene.clock.on(drawn.uniform(7, 40))
            _answer(scene, proposal, member, drawn, truth)
        hands.write_after(scene, some[-1].policy.undo_seconds)
        scene.clock.on(90)


def waiting(scene: Scene, *, drill: bool = False) -> Iterable[Proposal]:
    rows = Proposal.objects.filter(
        workspace=scene.workspace, state="pending", observed_at__isnull=False, drill=drill
    )
    return rows.select_related("policy", "workspace").order_by("created_at", "id")


def _free(scene: Scene, proposal: Proposal, drawn: Random) -> Membership:
    """Somebody who may answer it. Maria does most."""
    able = [scene.member(name) for name in REVIEWERS]
    able = [one for one in able if decisions.may_decide(proposal, one, scene.now)]
    return drawn.choices(able, [6, 4, 1, 1][-len(able) :])[0]


def sign(scene: Scene, proposal: Proposal) -> None:
    """Everybody signs it who has to."""
    for name in REVIEWERS:
        proposal.refresh_from_db()
        member = scene.member(name)
        if proposal.state == State.PENDING and decisions.may_decide(proposal, member, scene.now):
            decide(scene, proposal, member, chance("sign", name, proposal.subject))


def _answer(
    scene: Scene, proposal: Proposal, member: Membership, drawn: Random, truth: dict[str, str]
) -> None:
    right = truth.get(proposal.subject)
    said = proposal.arguments.get("label")
    if right is None or right == said:
        decide(scene, proposal, member, drawn)
    elif right in TEAMS and drawn.random() < EDITED:
        changed = proposal.arguments | {"label": right, "team": TEAMS[right]}
        decide(scene, proposal, member, drawn, verdict="edit", arguments=changed)
    else:
        code = right if right in decisions.REASONS else "wrong_target"
        decide(scene, proposal, member, drawn, verdict="reject", reason_code=code)


def decide(
    scene: Scene, proposal: Proposal, member: Membership, drawn: Random, verdict: str = "approve", **more: Any
) -> None:
    """One answer, after a look that took a while."""
    seen = LEAST_MS + int(drawn.lognormvariate(8.4, 0.6))
    scene.clock.on(seen / 1000)
    decisions.decide(
        proposal_id=proposal.pk, member=member, verdict=verdict, seen_digest=proposal.digest, actor=person(member),
        now=scene.now, look=Look(seen_ms=seen), **more,
    )  # fmt: skip
