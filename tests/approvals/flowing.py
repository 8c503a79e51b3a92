"""What a page in the flow sends and what it finds in the answer."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from approvals.flow import flow_desk
from approvals.models import Proposal
from tests.approvals.reviewing import again, url

AHEAD = re.compile(r'<template data-ahead="(\S+)" data-epoch="(\d+)" data-mark="(\S+)"')


def beat(client: Client, opened: Proposal | None = None, *, slug: str = "northwind", **fields: Any) -> Any:
    """A heartbeat of a page that shows ``opened``."""
    told = {"open": f"{opened.public_id}:{flow_desk.mark(again(opened))}"} if opened else {}
    return client.post(reverse("holds", args=[slug]), told | fields)


def laid(response: Any) -> list[str]:
    """The public ids of what was laid ahead, in order."""
    return [name for name, _, _ in AHEAD.findall(response.text)]


def known(response: Any) -> list[str]:
    """What the page says at its next beat of what it has ahead."""
    return [":".join(found) for found in AHEAD.findall(response.text)]


def told(response: Any, name: str) -> str:
    """One of the answer's own attributes."""
    found = re.search(rf'<p data-beat[^>]* data-{name}="([^"]*)"', response.text)
    return found[1] if found else ""


def answer_in_flow(
    client: Client,
    proposal: Proposal,
    *ahead: Proposal,
    verdict: str = "approve",
    rows: int = 0,
    **fields: Any,
) -> Any:
    """A key pressed on a page that shows the first of ``ahead`` already."""
    form = {"seen_digest": proposal.digest, "round": proposal.round} | (
        {"verdict": verdict} if verdict else {}
    )
    names = ",".join(row.public_id for row in ahead)
    return client.post(
        url("decision", proposal), form | fields, headers={"X-Ahead": names, "X-Rows": str(rows)}
    )
