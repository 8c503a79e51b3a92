"""A desk that refuses for four reasons, and the company whose tickets it refuses: for journeys of what fails."""

import base64
import hashlib
import hmac
import json
from typing import Any

from django.utils import timezone

from exceptions import ruling
from exceptions.models import Channel, Rule
from runs.models import Execution
from tests.builders import actor_of
from tests.declaring import TICKETS, a_ticket, declare, sign, work
from tests.desk import Desk
from tests.exceptions.plans import plan, step, team
from tests.exceptions.ruling import class_of
from tests.people import Company
from tests.runs.notices.calling_at import KEY, a_channel

CAUSES = ("hold", "hold", "hold", "period", "period", "twin", "nobody", "nobody")  # of every eight tickets
EMPLOYED = {"Finance ops": "olu", "Controllers": "ada", "Platform": "ken", "AI quality": "maria"}


class Refusing:
    """What the desk has against each customer, until the cause is repaired."""

    def __init__(self, desk: Desk) -> None:
        self.repaired: set[str] = set()
        desk.trouble = self.of

    def of(self, customer: str) -> tuple[int, Any] | None:
        cause = customer.partition("-")[0]
        said = {
            "hold": (200, {"error": {"code": "hold", "message": f"{customer} is on hold"}}),
            "period": (200, {"error": {"code": "closed", "message": f"The period of {customer} is closed"}}),
            "twin": (409, {"detail": f"{customer} has this ticket"}),
            "nobody": (422, {"detail": f"there is no {customer}"}),
        }
        return None if cause in self.repaired else said[cause]


def staffed(company: Company, receiver: Any) -> Channel:
    """One person a team, each with an address; owners are called by letter and by webhook, then the backup is."""
    for name, who in EMPLOYED.items():
        team(company, name, who)
        company.people[who].user.email = f"{who}@northwind.example"
        company.people[who].user.save()
    hook = a_channel(company, receiver, kind="webhook")
    plan(company, step("owner", 15, by=("email", f"channel:{hook.pk}")), step("backup", 30, by=("email",)))
    return hook


def closed_periods_go_to(company: Company, owner: str) -> Rule:
    """Ada makes a rule of it."""
    rule = Rule(
        name="Closed periods", message="period", owner=team(company, owner, EMPLOYED[owner]),
        failure_class=class_of(company, "posting.period_closed"),
    )  # fmt: skip
    ada, now = company.ada, timezone.now()
    return ruling.put(rule=rule, place=1, seen_version=0, member=ada, actor=actor_of(ada), now=now)


def tickets_fail(company: Company, desk: Desk, many: int) -> None:
    """So many tickets are proposed and signed, and none is opened."""
    patient = {"base": desk.url, "patience": 15}  # a busy machine is no fifth cause
    tool = declare(company, TICKETS | patient).name
    for number in range(100, 100 + many):
        customer = f"{CAUSES[number % len(CAUSES)]}-{number}"
        sign(a_ticket(company, tool, customer=customer, subject=f"Ticket {number}"), company)
    while Execution.objects.filter(state__in=["scheduled", "started"]).exists():
        work()
    assert Execution.objects.filter(state="failed").count() == many


def proven(request: Any) -> dict[str, Any]:
    """What a webhook says, when its signature is by our key."""
    head, body = request.headers, request.get_data()
    told = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(KEY.removeprefix("whsec_"))
    mark = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    assert head["webhook-signature"] == f"v1,{mark}"
    return dict(json.loads(body)["data"])
