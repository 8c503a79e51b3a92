"""Other proposals about the same subject, or that look like the same event."""

from functools import cache
from typing import Any

from approvals import ids, questions
from approvals.models import Proposal
from approvals.visible import visible

SHOWN = 6
# Two walks of one index each: a condition with OR in it would let the planner walk everything by its id instead.
_SAME = """
(SELECT id, headline, state, created_at FROM approvals_proposal
 WHERE workspace_id = %(workspace)s AND {about} AND NOT drill AND id <> %(proposal)s ORDER BY id DESC LIMIT %(shown)s)
"""
_NEWEST = "SELECT * FROM ({walks}) AS found ORDER BY id DESC LIMIT %(shown)s"
_ABOUT = {"subject": "subject = %(subject)s", "likeness": "likeness = %(likeness)s AND likeness <> ''"}


def of(proposal: Proposal) -> list[dict[str, Any]]:
    """The newest few; one query, and none where nothing tells what it is about."""
    question = asked(proposal)
    return [
        {"id": ids.show("proposal", key), "title": visible(headline), "state": state, "at": created_at}
        for key, headline, state, created_at in (questions.rows(*question) if question else ())
    ]


def asked(proposal: Proposal) -> questions.Question | None:
    """What `of` asks."""
    text = _walked(*[name for name in _ABOUT if getattr(proposal, name)])
    values = {
        "workspace": proposal.workspace_id, "proposal": proposal.pk, "subject": proposal.subject,
        "likeness": proposal.likeness, "shown": SHOWN,
    }  # fmt: skip
    return (text, values) if text else None


@cache
def _walked(*names: str) -> str:
    walks = [_SAME.format(about=_ABOUT[name]) for name in names]
    return _NEWEST.format(walks=" UNION ".join(walks)) if walks else ""
