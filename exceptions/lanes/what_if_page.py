"""The page of “what if”: a form of what one would turn on, and what it would have let pass."""

from copy import copy
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse

from approvals import policies, rail, tools, wording
from approvals.lanes import ladder, replays
from approvals.lanes.criterion import percent
from approvals.models import Lane, Membership, Policy, Proposal
from approvals.models.lane import SHARE, Stage
from approvals.visible import visible

LISTED = 50


class WhatIfForm(forms.Form):
    """What would be turned on. Left empty, a term stays as it is in force."""

    stage = forms.ChoiceField(
        label="Stage", choices=[(str(stage), ladder.words(stage).capitalize()) for stage in SHARE]
    )
    threshold = forms.DecimalField(min_value=0, max_value=1, max_digits=4, decimal_places=3, required=False)
    floor = forms.DecimalField(
        label="Confidence floor",
        min_value=0,
        max_value=1,
        max_digits=4,
        decimal_places=3,
        required=False,
    )
    ask_above = forms.DecimalField(
        label="Ask above", min_value=0, max_digits=16, decimal_places=2, required=False
    )
    many = forms.IntegerField(label="Past proposals", min_value=1, max_value=replays.MOST)

    def __init__(self, data: Any, *, lane: Lane):
        usual = {"stage": str(ladder.next_up(lane.stage) or Stage.FULL), "many": "200"}
        if usual["stage"] not in {str(stage) for stage in SHARE}:
            usual["stage"] = str(Stage.PARTIAL_10)
        usual["threshold"] = str(lane.threshold) if lane.threshold is not None else ""
        super().__init__(usual | {name: data[name] for name in data}, label_suffix="", auto_id="what-%s")


def read(member: Membership, lane: Lane, asked: Any, now: datetime) -> dict[str, Any]:
    """The context of ``lanes/what_if.html``. Nothing is written."""
    form = WhatIfForm(asked, lane=lane)
    context: dict[str, Any] = rail.around(member, now) | {
        "lane": lane,
        "tool": wording.tool_title(lane.tool),
        "form": form,
        "most": replays.MOST,
        "back": reverse("lane", args=[member.workspace.slug, lane.pk]),
    }
    if form.is_valid():
        context["told"] = _told(lane, form.cleaned_data, member.workspace.slug)
    return context


def _told(lane: Lane, wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    threshold: Decimal | None = wanted["threshold"]
    question = replays.Question(
        SHARE[Stage(wanted["stage"])], threshold if threshold is not None else lane.threshold,
        _policy(lane, wanted), wanted["many"],
    )  # fmt: skip
    answer = replays.ask(lane=lane, question=question)
    wrong = {row.pk for row in answer.wrong}
    first = [*answer.wrong, *(row for row in answer.passed if row.pk not in wrong)]
    return {
        "figures": [
            {"label": "Looked through", "value": f"{answer.seen:,}"},
            {"label": "Would have passed", "value": f"{len(answer.passed):,}"},
            {"label": "Of those judged", "value": f"{answer.judged:,}"},
            {"label": "Found wrong", "value": f"{len(wrong):,}", "tone": "stop" if wrong else ""},
            {"label": "Wrong, at most", "value": percent(answer.bound) if answer.judged else "not known"},
        ],
        "amounts": wording.listed([wording.money(sum_, code) for code, sum_ in sorted(answer.amounts.items())]),
        "lines": [_line(row, row.pk in wrong, slug) for row in first[:LISTED]],
        "more": max(len(first) - LISTED, 0),
        "no_curve": lane.calibrator is None,
    }  # fmt: skip


def _policy(lane: Lane, wanted: dict[str, Any]) -> Policy:
    """The policy in force, or the defaults, with the terms one would change."""
    newest = policies.newest(workspace=lane.workspace, tool=lane.tool)
    policy = copy(newest) if newest else Policy(tool=lane.tool, **policies.defaults(tools.get(lane.tool)))
    if wanted["floor"] is not None:
        policy.confidence_floor = wanted["floor"]
    if wanted["ask_above"] is not None:
        policy.ask_above = wanted["ask_above"]
    return policy


def _line(row: Proposal, wrong: bool, slug: str) -> dict[str, Any]:
    return {
        "title": visible(row.headline),
        "url": reverse("proposal", args=[slug, row.public_id]),
        "amount": wording.money(row.amount, row.currency) if row.amount is not None else "",
        "at": row.created_at,
        "wrong": wrong,
    }
