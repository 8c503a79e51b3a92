"""Other proposals about the same subject, or that look like the same event."""

from typing import Any

from approvals import ids, prepared
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
    walks = [_SAME.format(about=about) for name, about in _ABOUT.items() if getattr(proposal, name)]
    if not walks:
        return []
    values: dict[str, Any] = {
        "workspace": proposal.workspace_id, "proposal": proposal.pk, "subject": proposal.subject,
        "likeness": proposal.likeness, "shown": SHOWN,
    }  # fmt: skip
    with prepared.cursor() as cursor:
        cursor.execute(_NEWEST.format(walks=" UNION ".join(walks)), values)
        return [
            {"id": ids.show("proposal", key), "title": visible(headline), "state": state, "at": created_at}
            for key, headline, state, created_at in cursor.fetchall()
        ]
