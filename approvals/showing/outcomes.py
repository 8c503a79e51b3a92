"""What became of a proposal, and why somebody cannot answer it."""

from django.utils import timezone

from approvals import decisions, timeline, wording
from approvals.models import Decision, Membership
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.showing.dossier import Dossier
from approvals.visible import visible

BACK = ("decision.undone", "signature.taken_back", "proposal.target_changed", "proposal.policy_changed")


def outcome(dossier: Dossier) -> dict[str, str]:
    """What became of it, for whoever comes late; why it is asked again, where it is."""
    when = _when(dossier)
    match dossier.proposal.state:
        case State.APPROVED:
            return _said(
                "ok", "Approved", f"Signed by {wording.listed(dossier.signer_names) or 'the policy'} {when}."
            )
        case State.REJECTED:
            return _rejected(dossier, when)
        case State.EXPIRED:
            return _said("", "Expired", f"Nobody answered before its time ran out {when}. No person said no.")
        case State.WITHDRAWN:
            return _said("", "Withdrawn", f"Its agent took it back {when}.")
        case State.SUPERSEDED:
            return _said("", "Superseded", f"An amended proposal took its place {when}.") | _successor(
                dossier
            )
        case State.BLOCKED:
            return _said("stop", "In exceptions", "A case holds it, whose owner amends it or lets it go.")
    return _again(dossier)


def _said(tone: str, title: str, text: str) -> dict[str, str]:
    return {"tone": tone, "title": title, "text": visible(text)}


def _when(dossier: Dossier) -> str:
    at = dossier.proposal.settled_at
    return f"at {timezone.localtime(at):%H:%M} on {wording.day(timezone.localtime(at))}" if at else ""


def _rejected(dossier: Dossier, when: str) -> dict[str, str]:
    last = dossier.answers[-1] if dossier.answers else None
    if last is None or last.reviewer is None or last.verdict != "reject":
        return _said("stop", "Dismissed", f"The owner of its case let it go {when}.")
    reason = wording.inside(decisions.REASONS.get(last.reason_code, last.reason_code))
    note = f" “{last.note}”" if last.note else ""
    return _said("stop", "Rejected", f"{last.reviewer.get_username()} said no {when}: {reason}.{note}")


def _successor(dossier: Dossier) -> dict[str, str]:
    newer = dossier.proposal.amendments.only("id").order_by("-id").first()
    return {"successor": newer.public_id} if newer else {}


def _again(dossier: Dossier) -> dict[str, str]:
    back = next((entry for entry in reversed(dossier.entries) if entry.kind in BACK), None)
    if dossier.proposal.round == 1 or back is None:
        return {}
    sentence = timeline.sentence(back, dossier.names, dossier.proposal.agent.name)
    text = f"{sentence}, {timezone.localtime(back.at):%H:%M}. Earlier signatures no longer count."
    return _said("ask", f"Asked again, round {dossier.proposal.round}", text)


def _answered(own: Decision, member: Membership) -> str:
    """Who used the member's one answer of this round."""
    stood_in = own.reviewer if own.reviewer_id != member.user_id else None
    who = f"{stood_in.get_username()} answered for you" if stood_in else "You answered"
    return f"{who} at {timezone.localtime(own.decided_at):%H:%M}. Another person must sign as well."


def why_not(dossier: Dossier) -> str:
    """Why this member cannot answer; empty when they can."""
    proposal, member = dossier.proposal, dossier.member
    if proposal.state == State.BLOCKED:
        return "It is held in exceptions; its owner acts there."
    if proposal.state != State.PENDING:
        return f"This is {State(proposal.state).label}; there is nothing left to sign."
    if not member.may(Role.REVIEWER):
        return "Reviewers decide; you may read everything."
    if proposal.expires_at <= dossier.now:
        return "Its time has run out. Nobody may answer it any more."
    if proposal.observed_at is None:
        return "A worker is reading the target. It is offered once what would change is known."
    if dossier.own is not None:
        return _answered(dossier.own, member)
    if member.user_id == proposal.proposed_by_id or member.user_id in proposal.excluded_reviewers:
        return "You proposed this or took part in it, so somebody else must sign."
    if not decisions.may_decide(proposal, member, dossier.now):
        return "The policy of this tool names other reviewers."
    return ""
