"""What is said when an answer could not be taken: what happened, by whom and when, and what to do now."""

from dataclasses import dataclass

from django.utils import timezone

from approvals import decisions, holds, wording
from approvals.models import Decision
from approvals.models.decision import Verdict
from approvals.models.proposal import State
from approvals.proposals import AlreadySettled
from approvals.showing import item, outcomes
from approvals.showing.dossier import Dossier
from approvals.visible import visible

UNCHANGED = "Nothing of yours was recorded."


@dataclass(frozen=True)
class Refusal:
    """A notice for the item's page, and the HTTP code it comes with."""

    code: int
    title: str
    text: str
    remedy: str = UNCHANGED

    @property
    def notice(self) -> dict[str, str]:
        return {
            "tone": "stop",
            "title": visible(self.title),
            "text": visible(self.text),
            "remedy": self.remedy,
        }


ANSWERS = (
    decisions.NotYourDecision, decisions.StaleView, decisions.TooLate, decisions.AlreadyAnswered, decisions.NotReady,
    decisions.MissingReason, decisions.PolicyForbids, AlreadySettled, holds.HeldByAnother,
)  # fmt: skip
DID = {
    Verdict.APPROVE: "approved it",
    Verdict.EDIT: "changed and signed it",
    Verdict.REJECT: "rejected it",
    Verdict.HAND_OVER: "handed it to exceptions",
}
ENDED = {
    State.EXPIRED: "It expired before your answer came",
    State.WITHDRAWN: "Its agent took it back before your answer came",
    State.SUPERSEDED: "An amended proposal took its place",
    State.BLOCKED: "It went to exceptions before your answer came",
}


def of_answer(error: Exception, dossier: Dossier) -> Refusal:
    """Why a decision was not taken."""
    match error:
        case AlreadySettled():
            return _settled(dossier)
        case decisions.StaleView():
            return _stale(dossier)
        case decisions.TooLate():
            at = timezone.localtime(dossier.proposal.expires_at)
            return Refusal(409, "Its time has run out", f"It could be answered until {wording.moment(at)}.")
        case decisions.AlreadyAnswered():
            return Refusal(409, "You have answered this", _own_words(dossier) or outcomes.why_not(dossier))
        case decisions.NotReady():
            return Refusal(409, "It is not ready yet", outcomes.why_not(dossier))
        case decisions.MissingReason():
            return Refusal(422, "A rejection needs a reason", "Choose one of the nine; the note is free.")
        case decisions.PolicyForbids():
            text = f"{error.ruling['reason']}. Change it, reject it, or hand it to exceptions."
            return Refusal(409, "Policy lets nobody sign this as it is", text)
        case holds.HeldByAnother():
            return _held(error, dossier)
    return Refusal(403, "This is not yours to decide", outcomes.why_not(dossier))


def _settled(dossier: Dossier) -> Refusal:
    """Whose answer stands, and how long before this one it came."""
    last, happened = _last_answer(dossier), latest(dossier)
    if last is not None and last.reviewer_id == dossier.member.user_id:
        return Refusal(
            409, "You have answered this", _own_words(dossier), "This second answer was not recorded."
        )
    if last is None or last.reviewer is None:
        said = outcomes.outcome(dossier)
        title = ENDED.get(State(dossier.proposal.state)) or f"It is settled: {said.get('title', '').lower()}"
        return Refusal(409, title, happened)
    before = wording.spell(dossier.now - last.decided_at)
    did = DID[Verdict(last.verdict)]
    title = f"Somebody was quicker: {last.reviewer.get_username()} {did} {before} before you"
    return Refusal(409, title, happened)


def _last_answer(dossier: Dossier) -> Decision | None:
    """The answer that settled it, where a person's did."""
    here = [row for row in dossier.answers if row.round == dossier.proposal.round]
    ended = dossier.proposal.state in (State.EXPIRED, State.WITHDRAWN, State.SUPERSEDED)
    return here[-1] if here and not ended else None


def _own_words(dossier: Dossier) -> str:
    """What the member answered, when, and that it stands."""
    own = dossier.own
    if own is None:
        return ""
    at = timezone.localtime(own.decided_at)
    more = " Another person must sign as well." if dossier.proposal.state == State.PENDING else ""
    return f"You {DID[Verdict(own.verdict)]} at {at:%H:%M:%S} on {wording.day(at)}, and that stands.{more}"


def _stale(dossier: Dossier) -> Refusal:
    """Something else is on the table, or the same is asked anew."""
    remedy = f"{UNCHANGED} What you see now is what you would sign."
    happened = latest(dossier)
    if (again := outcomes.outcome(dossier)) and dossier.proposal.round > 1:
        return Refusal(409, "This changed while you looked", again["text"], remedy)
    return Refusal(409, "This changed while you looked", happened, remedy)


def _held(error: holds.HeldByAnother, dossier: Dossier) -> Refusal:
    held = error.hold
    since = timezone.localtime(held.opened_at or held.taken_at)
    who = held.reviewer.get_username()
    text = f"{who} has had it since {since:%H:%M:%S}. Take it over to answer it."
    return Refusal(409, f"{who} has this on the screen", text)


def of_edit(dossier: Dossier) -> Refusal | None:
    """Why there is nothing to edit, if so."""
    why = outcomes.why_not(dossier)
    if not why and item.editable(dossier.proposal):
        return None
    text = why or "This tool does not let a reviewer change anything. Approve it, or say why not."
    mine = decisions.may_decide(dossier.proposal, dossier.member, dossier.now)
    return Refusal(409 if mine else 403, "It cannot be edited", text)


def of_undo(error: Exception, dossier: Dossier) -> Refusal:
    """Why an approval could not be taken back."""
    match error:
        case decisions.SignedByOthers():
            text = "Colleagues signed it as well, and taking yours back would undo theirs. Reject it, or speak to them."
            return Refusal(409, "You are not alone in this any more", text, "Nothing was changed.")
        case decisions.TooLate() if dossier.proposal.state == State.PENDING:
            return Refusal(
                409, "Its time has run out", "Nobody can sign it any more.", "Nothing was changed."
            )
        case decisions.TooLate():
            text = "The undo window has closed, and it is on its way. What it does can be reversed from its page."
            return Refusal(409, "Too late to undo", text, "Nothing was changed.")
        case AlreadySettled():
            return Refusal(409, "There is no approval to take back", latest(dossier), "Nothing was changed.")
    return Refusal(403, "Only somebody who signed can take it back", latest(dossier), "Nothing was changed.")


def latest(dossier: Dossier) -> str:
    """The newest fact on record, with its moment."""
    events = dossier.events
    if not events:
        return ""
    at = timezone.localtime(events[-1].at)
    return f"{events[-1].sentence}, {at:%H:%M:%S} on {wording.day(at)}."
