"""What is said when an answer could not be taken: what happened, by whom and when, and what to do now."""

from dataclasses import dataclass

from django.utils import timezone

from approvals import decisions, item, outcomes, wording
from approvals.dossier import Dossier
from approvals.proposals import AlreadySettled
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
        return {"tone": "stop", "title": self.title, "text": visible(self.text), "remedy": self.remedy}


ANSWERS = (
    decisions.NotYourDecision, decisions.StaleView, decisions.TooLate, decisions.AlreadyAnswered, decisions.NotReady,
    decisions.MissingReason, AlreadySettled,
)  # fmt: skip


def of_answer(error: Exception, dossier: Dossier) -> Refusal:
    """Why a decision was not taken."""
    happened = latest(dossier)
    match error:
        case AlreadySettled():
            said = outcomes.outcome(dossier)
            return Refusal(409, f"Somebody was quicker: {said.get('title', 'settled').lower()}", happened)
        case decisions.StaleView():
            remedy = f"{UNCHANGED} What you see now is what you would sign."
            return Refusal(409, "This changed while you looked", happened, remedy)
        case decisions.TooLate():
            at = timezone.localtime(dossier.proposal.expires_at)
            return Refusal(409, "Its time has run out", f"It could be answered until {wording.moment(at)}.")
        case decisions.AlreadyAnswered():
            return Refusal(409, "You have answered this", outcomes.why_not(dossier))
        case decisions.NotReady():
            return Refusal(409, "It is not ready yet", outcomes.why_not(dossier))
        case decisions.MissingReason():
            return Refusal(422, "A rejection needs a reason", "Choose one of the nine; the note is free.")
    return Refusal(403, "This is not yours to decide", outcomes.why_not(dossier))


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
