"""The registry as a file: it goes out whole, comes back after a look, and nothing in it is taken on trust."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from approvals.models import LedgerEntry
from exceptions import registry_file
from exceptions.models import FailureClass, Revision, Rule
from tests.exceptions.conftest import open_case
from tests.exceptions.ruling import a_rule, class_of, team
from tests.exceptions.test_pages import BASE, signed_in
from tests.people import Company

FILE = f"{BASE}classes/file/"
UPLOAD = f"{FILE}upload/"
TEAMS = {"owner": "AI quality", "backup": "Platform"}


def send(company: Company, content: Any) -> HttpResponse:
    text = (
        content
        if isinstance(content, str | bytes)
        else json.dumps({"format": registry_file.FORMAT} | content)
    )
    body = text.encode() if isinstance(text, str) else text
    return signed_in(company.ada).post(UPLOAD, {"file": SimpleUploadedFile("registry.json", body)})


def let_hold(company: Company, answer: HttpResponse) -> HttpResponse:
    sent = {"text": answer.context["text"], "seen": answer.context["preview"].digest}
    return signed_in(company.ada).post(UPLOAD, sent)


def facts() -> int:
    return LedgerEntry.objects.filter(kind__in=["class.changed", "class.added", "rules.changed"]).count()


def test_what_goes_out_comes_back_as_no_change(northwind: Company) -> None:
    a_rule(
        northwind,
        to="run.failed",
        owner="Platform",
        code="x.*",
        currency="EUR",
        amount_from="12.50",
        agent="bot",
    )
    answer = signed_in(northwind.tess).get(f"{FILE}download/")
    assert answer["Content-Disposition"] == 'attachment; filename="northwind-registry.json"'
    content = answer.json()
    assert len(content["classes"]) == FailureClass.objects.filter(workspace=northwind.workspace).count()
    assert content["rules"][0]["when"]["amount_from"] == "12.50"

    back = send(northwind, content)

    assert "Nothing: the registry says the same." in back.content.decode()
    assert let_hold(northwind, back).status_code == 302
    assert facts() == 0


def test_a_file_holds_after_a_look_and_the_look_changes_nothing(northwind: Company) -> None:
    gone = a_rule(northwind, owner="Platform", code="x.*")
    rule = {"name": "Cost centres", "when": {"message": "cost centre"}, "class": "posting.cost_centre"}
    own = {"title": "No cost centre", "kind": "business", "severity": "low", "escalation": "Calm",
           "resolutions": ["amend", "dismiss"], "runbook": ["Ask *Ken*."]} | TEAMS  # fmt: skip
    content = {"classes": {"run.failed": {"owner": "Finance ops", "resolve_hours": 3}, "posting.cost_centre": own},
               "rules": [rule]}  # fmt: skip

    looked = send(northwind, content)

    assert looked.status_code == 200
    assert [code for code, _ in looked.context["preview"].classes] == ["posting.cost_centre", "run.failed"]
    assert {change["label"] for change in dict(looked.context["preview"].classes)["run.failed"]} == {
        "Owner", "Resolve within",
    }  # fmt: skip
    assert (facts(), Rule.objects.get(), Revision.objects.count()) == (0, gone, 0)

    assert let_hold(northwind, looked).status_code == 302

    assert class_of(northwind, "run.failed").owner == team(northwind, "Finance ops")
    case = open_case(northwind.workspace, code="posting.refused", message="Cost centre 400 is unknown")
    assert (case.failure_class.code, case.owner.name) == ("posting.cost_centre", "AI quality")
    kinds = LedgerEntry.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds)[-4:-1] == ["class.changed", "class.added", "rules.changed"]


def test_what_changed_since_the_look_is_looked_at_again(northwind: Company) -> None:
    looked = send(northwind, {"classes": {"run.failed": {"owner": "Finance ops"}}})
    a_rule(northwind, owner="Platform", code="x.*")

    answer = let_hold(northwind, looked)

    assert answer.status_code == 422
    assert "The registry changed meanwhile" in answer.content.decode()
    assert facts() == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "Choose a file first"), (b"\xff\xfe{}", "not text"), ("{", "no JSON"), ("[" * 100_000, "no JSON"),
        ("[]", "The file"), ("null", "The file"), ('{"format": "other"}', "format"), (b"x" * 1_000_001, "too large"),
        ({"clases": {}}, "clases"), ({"classes": {"run.failed": {"owner": 7}}}, "classes.run.failed.owner"),
        ({"classes": {"run.failed": {"owner": "Ghosts"}}}, "“Ghosts” does not exist here"),
        ({"classes": {"run.failed": {"owner": "AI quality"} | {"backup": "AI quality"}}}, "another team"),
        ({"classes": {"run.failed": {"owner": ""}}}, "required"),
        ({"classes": {"run.failed": {"escalation": "Panic"}}}, "“Panic” does not exist here"),
        ({"classes": {"run.failed": {"resolve_hours": 10**30}}}, "less than or equal"),
        ({"classes": {"run.failed": {"handling": "retry", "retry": {"tries": 500}}}}, "less than or equal"),
        ({"classes": {"Run Failed!": TEAMS}}, "is no code"), ({"classes": {"a.new": TEAMS}}, "required"),
        ({"classes": {"run.failed": {"title": "a\u0000b"}}}, "Null characters"),
        ({"rules": [{"name": "x", "when": {"code": "a*b"}, "owner": "Platform"}]}, "only there"),
        ({"rules": [{"name": "x", "when": {}, "owner": "Platform"}]}, "takes every failure"),
        ({"rules": [{"name": "x", "when": {"code": "a"}, "owner": "Ghosts"}]}, "“Ghosts” does not exist here"),
        ({"rules": [{"name": "x", "when": {"code": "a"}, "class": "no.such"}]}, "“no.such” does not exist here"),
        ({"rules": [{"name": "x", "when": {"code": "a", "amount_from": "Infinity"}, "owner": "Platform"}]}, "number"),
        ({"rules": [{"name": "x", "when": {"code": "a"}, "owner": "Platform"}] * 201}, "rules"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_is_refused_in_words(northwind: Company, content: Any, said: str) -> None:
    answer = send(northwind, content)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert facts() == 0


def test_files_are_the_admins_and_the_workspaces_own(northwind: Company, harbour: Company) -> None:
    sent = {"text": "{}", "seen": "x"}
    assert signed_in(northwind.olu).post(UPLOAD, sent).status_code == 403
    assert signed_in(northwind.tess).post(UPLOAD, sent).status_code == 403
    assert signed_in(harbour.dana).post(UPLOAD, sent).status_code == 404
    assert signed_in(harbour.dana).get(f"{FILE}download/").status_code == 404
    assert Client().post(UPLOAD, sent).status_code == 302
    assert signed_in(northwind.ada).get(UPLOAD).status_code == 405
    assert facts() == 0
