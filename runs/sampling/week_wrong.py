"""What a week's sample found wrong: why, by whom, and where its case is."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from approvals import decisions, ids, wording
from approvals.models import Membership, SampleItem
from approvals.sampling import strata
from approvals.visible import visible
from runs.models import Run


def read(items: Sequence[SampleItem], member: Membership) -> list[dict[str, Any]]:
    """In the order in which they were drawn."""
    slug = member.workspace.slug
    return [_row(item, slug) for item in items if item.wrong]


def _row(item: SampleItem, slug: str) -> dict[str, Any]:
    against = [verdict for verdict in item.verdicts.all() if verdict.wrong]
    reasons = dict.fromkeys(decisions.REASONS.get(verdict.reason_code, "") for verdict in against)
    return {
        "title": visible(item.proposal.headline) if item.proposal else Run(pk=item.run).public_id,
        "url": reverse("sample", args=[slug, item.pk]),
        "why": wording.listed(list(filter(None, reasons))),
        "notes": [visible(verdict.note) for verdict in against if verdict.note],
        "through": wording.listed([strata.WORDS[name].lower() for name in item.through]),
        "case_url": reverse("case", args=[slug, ids.show("case", item.case)]) if item.case else "",
    }
