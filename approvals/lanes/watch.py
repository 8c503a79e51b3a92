"""The totals of a stay, kept under its lock: what they say is known at the very label that says it."""

from decimal import Decimal

from approvals.lanes import ladder, moving, walked
from approvals.models import Lane, LaneAudit, Proposal, Stay
from approvals.models.stay import Cause
from approvals.statistics import cusum, sprt


def audited(*, lane: Lane, audit: LaneAudit) -> str:
    """One more audited write: the cause of a fall, or empty. What passed before this stay began is found late and still
    counts towards an alarm; under another version it counts for nothing.
    """
    stay = moving.current(lane, lock=True)
    if audit.proposal.agent_version != stay.agent_version or not ladder.passes(stay.stage):
        return ""
    wrong = bool(audit.wrong)
    _count(stay, walked.Seen(wrong, audit.drawn_at >= stay.entered_at), lane.epsilon)
    stay.audited, stay.wrong = stay.audited + 1, stay.wrong + wrong
    stay.save(update_fields=["cusum", "sprt", "audited", "wrong"])
    return _alarm(stay, lane.epsilon)


def sampled(*, lane: Lane, proposal: Proposal, wrong: bool) -> str:
    """One more that passed by itself and was drawn by lot from all that did: the cause of a fall, or empty. It counts
    for the watch alone; the test for the next step takes what was drawn for it.
    """
    stay = moving.current(lane, lock=True)
    if proposal.agent_version != stay.agent_version or not ladder.passes(stay.stage):
        return ""
    _count(stay, walked.Seen(wrong, tests=False), lane.epsilon)
    stay.save(update_fields=["cusum"])
    return _alarm(stay, lane.epsilon)


def alarm(*, lane: Lane) -> str:
    """The cause of a fall, or empty, as the lane stands."""
    stay = moving.current(lane)
    return _alarm(stay, lane.epsilon) if ladder.passes(stay.stage) else ""


def anew(*, lane: Lane, epsilon: Decimal) -> None:
    """Both totals of the stay over again, as this limit makes them. In the caller's transaction, the lane locked."""
    stay = moving.current(lane, lock=True)
    if not ladder.passes(stay.stage):
        return
    stay.sprt, stay.cusum = 0.0, walked.carried(stay)
    for one in walked.of(stay, lane):
        _count(stay, one, epsilon)
    stay.save(update_fields=["cusum", "sprt"])


def _count(stay: Stay, seen: walked.Seen, epsilon: Decimal) -> None:
    test = ladder.step_up(epsilon)
    if seen.tests and sprt.verdict(test, stay.sprt) == sprt.GO_ON:
        stay.sprt = sprt.step(test, stay.sprt, seen.wrong)
    stay.cusum = cusum.step(ladder.drift(epsilon), stay.cusum, seen.wrong)


def _alarm(stay: Stay, epsilon: Decimal) -> str:
    return Cause.CUSUM if cusum.alarmed(ladder.drift(epsilon), stay.cusum) else ""


def harmed(*, lane: Lane, proposal: Proposal) -> str:
    """One more write that passed by itself and had to be undone because it was wrong: the cause of a fall, or empty."""
    stay = moving.current(lane, lock=True)
    if proposal.agent_version != stay.agent_version or not ladder.passes(stay.stage):
        return ""
    stay.harms += 1
    Stay.objects.filter(pk=stay.pk).update(harms=stay.harms)
    return Cause.HARM if stay.harms >= ladder.HARMS else ""
