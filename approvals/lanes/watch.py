"""The totals of a stay, kept under its lock: what they say is known at the very label that says it."""

from approvals.lanes import ladder, moving
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
    stay.cusum = cusum.step(ladder.DRIFT, stay.cusum, wrong)
    if audit.drawn_at >= stay.entered_at and sprt.verdict(ladder.STEP_UP, stay.sprt) == sprt.GO_ON:
        stay.sprt = sprt.step(ladder.STEP_UP, stay.sprt, wrong)
    stay.audited, stay.wrong = stay.audited + 1, stay.wrong + wrong
    stay.save(update_fields=["cusum", "sprt", "audited", "wrong"])
    return Cause.CUSUM if cusum.alarmed(ladder.DRIFT, stay.cusum) else ""


def sampled(*, lane: Lane, proposal: Proposal, wrong: bool) -> str:
    """One more that passed by itself and was drawn by lot from all that did: the cause of a fall, or empty. It counts
    for the watch alone; the test for the next step takes what was drawn for it.
    """
    stay = moving.current(lane, lock=True)
    if proposal.agent_version != stay.agent_version or not ladder.passes(stay.stage):
        return ""
    stay.cusum = cusum.step(ladder.DRIFT, stay.cusum, wrong)
    stay.save(update_fields=["cusum"])
    return Cause.CUSUM if cusum.alarmed(ladder.DRIFT, stay.cusum) else ""


def harmed(*, lane: Lane, proposal: Proposal) -> str:
    """One more write that passed by itself and had to be undone because it was wrong: the cause of a fall, or empty."""
    stay = moving.current(lane, lock=True)
    if proposal.agent_version != stay.agent_version or not ladder.passes(stay.stage):
        return ""
    stay.harms += 1
    Stay.objects.filter(pk=stay.pk).update(harms=stay.harms)
    return Cause.HARM if stay.harms >= ladder.HARMS else ""
