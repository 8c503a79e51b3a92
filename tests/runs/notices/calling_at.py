"""Calls on their way: a case, a room, a receiver, and the worker at a moment."""

from datetime import datetime
from typing import Any

import time_machine
from django.db import transaction
from django.utils import timezone

from exceptions import calls
from exceptions.models import Call, Case, Channel
from runs.notices import calling
from tests.people import Company

KEY = "whsec_Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5IQ=="
ROOM = "/services/T0/B0/canary-xoxb-7Qz"


def send_at(moment: datetime) -> dict[str, int]:
    with time_machine.travel(moment, tick=False):
        return calling.run()


def a_channel(company: Company, server: Any = None, **changes: Any) -> Channel:
    """A chat, or a webhook when it is one."""
    values = {"name": "Room", "kind": "chat", "secret": "ROOM", "created_at": timezone.now()} | changes
    if values["kind"] == "webhook":
        values = values | {"secret": "KEY", "url": server.url_for("/hook")}
    return Channel.objects.create(workspace=company.workspace, **values)


def call(case: Case, users: list[Any], by: list[Any], at: datetime, **changes: Any) -> list[Call]:
    ways = [way if isinstance(way, str) else f"channel:{way.pk}" for way in by]
    values = {"step": 0, "why": "escalated", "team": case.owner, "now": at} | changes
    with transaction.atomic():
        return calls.call(case=case, users=[member.user for member in users], by=ways, **values)


def ends(**wanted: Any) -> list[tuple[str, str, str]]:
    """How calls stand, those in the product left out."""
    rows = Call.objects.filter(**wanted).exclude(kind="in_app").order_by("id")
    return list(rows.values_list("kind", "state", "error"))
