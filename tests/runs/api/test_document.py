"""The OpenAPI document is whole: references resolve, examples fit, every problem is told."""

import json
import re
from typing import Any

import jsonschema
import pytest

from runs.api import answers
from tests.runs.api.conftest import a_body


@pytest.fixture
def document(client, db) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(document):
    return [
        (address, method, operation)
        for address, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def schema(document, name):
    whole = json.loads(
        json.dumps(document["components"]["schemas"]).replace("#/components/schemas/", "#/$defs/")
    )
    return {"$ref": f"#/$defs/{name}", "$defs": whole}


def fits(value, document, name):
    jsonschema.Draft202012Validator(schema(document, name)).validate(value)


def test_the_routes_are_those_of_the_design(document):
    assert {(method.upper(), address.removeprefix("/api/v1")) for address, method, _ in operations(document)} == {
        ("POST", "/proposals"), ("GET", "/proposals"), ("GET", "/proposals/{proposal_id}"),
        ("POST", "/proposals/{proposal_id}/withdrawal"), ("POST", "/runs"), ("PATCH", "/runs/{run_id}"),
        ("POST", "/runs/{run_id}/steps"), ("POST", "/cases"), ("GET", "/tools"),
        ("GET", "/runs/{run_id}"), ("GET", "/runs/{run_id}/steps"),
        ("POST", "/sagas"), ("GET", "/sagas/{saga_id}"), ("POST", "/proposals/{proposal_id}/rehearsal"),
    }  # fmt: skip


def test_every_reference_resolves(document):
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert named <= set(document["components"]["schemas"])


def test_the_credential_is_a_bearer_token(document):
    assert document["security"] == [{"token": []}]
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_operation_has_a_name_a_sentence_and_its_problems(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)
    for address, _, operation in operations(document):
        assert operation["summary"] and operation["description"]
        assert {"401", "405", "500"} <= set(operation["responses"])
        assert "404" in operation["responses"] or "{" not in address
        assert {"400", "413", "415", "422"} <= set(operation["responses"]) or "requestBody" not in operation
        for code, told in operation["responses"].items():
            media = "application/problem+json" if int(code) >= 400 else "application/json"
            assert list(told["content"]) == [media]


def test_every_example_fits_its_schema(document):
    jsonschema.Draft202012Validator.check_schema(schema(document, "ProposalIn"))  # and all the others with it
    for name, told in document["components"]["schemas"].items():
        for example in told.get("examples", ()):
            fits(example, document, name)


def test_what_is_sent_and_told_fits_the_document(document, bot, northwind):
    body = a_body()
    fits(body, document, "ProposalIn")
    fits(bot.propose(body).json(), document, "ProposalOut")
    fits(bot.propose(body | {"tool": "x"}).json(), document, "Problem")
    fits(bot.get("/proposals").json(), document, "PageOut")
    fits(bot.get("/tools").json(), document, "ToolsOut")
    run = bot.post("/runs", {"workflow": "w"}).json()
    fits(run, document, "RunOut")
    fits(bot.post("/cases", {"lacking": "x"}).json(), document, "CaseOut")


def test_each_word_for_an_outcome_is_explained(document):
    told = document["components"]["schemas"]["ProposalOut"]["properties"]["outcome"]
    assert set(told["enum"]) == set(answers.MEANINGS)
    assert all(f"`{word}`" in told["description"] for word in answers.MEANINGS)
