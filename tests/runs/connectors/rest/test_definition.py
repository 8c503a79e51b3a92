"""Definitions that would harm: each is refused, with the place that is wrong."""

import json
import time
from typing import Any

import pytest

from approvals import arguments as reading
from approvals import kinds, sources
from approvals.kinds import Declared, NotADefinition
from approvals.tools import Context, Refused, Tool
from tests.declaring import ARGUMENTS, TICKETS

HERE = TICKETS | {"base": "https://tickets.example.com/api", "title": "Open a ticket", "risk": "medium"}


def build(definition: dict[str, Any]) -> Tool:
    return kinds.get("rest").build(Declared("northwind.ticket", 1, "northwind", definition))[0]


def changed(path: str, value: Any) -> dict[str, Any]:
    told = json.loads(json.dumps(HERE))
    *way, last = path.split("/")
    place = told
    for name in way:
        place = place[name]
    place[last] = value
    return told


def string(**more: Any) -> dict[str, Any]:
    return changed("arguments/properties/subject", {"type": "string"} | more)


HOSTILE = {
    "a host that an agent picks": changed("base", "https://{customer}.example.com"),
    "a port that an agent picks": changed("base", "https://tickets.example.com:{total}"),
    "a user in the address": changed("base", "https://me:secret@tickets.example.com"),
    "another scheme": changed("base", "file:///etc/passwd"),
    "a number in disguise": changed("base", "http://0177.0.0.1"),
    "a line break in the address": changed("base", "https://tickets.example.com\r\nX: 1"),
    "a query in the address": changed("base", "https://tickets.example.com/?a=1"),
    "secrets in the open": changed("base", "http://tickets.example.com"),
    "a path with a line break": changed("write/path", "/a\r\nHost: evil"),
    "a path that climbs": changed("write/path", "/../{customer}"),
    "a path to another host": changed("write/path", "//evil.example.com/{customer}"),
    "a path with its own escapes": changed("write/path", "/%2e%2e/{customer}"),
    "a path with a query": changed("write/path", "/a?b={customer}"),
    "a path with an optional value": changed("write/path", "/a/{priority}"),
    "a path with a list": changed("write/path", "/a/{tags}"),
    "a brace alone": changed("write/path", "/a/{customer"),
    "an attribute": changed("write/path", "/a/{customer.__class__}"),
    "an index": changed("headline", "{customer[0]}"),
    "a conversion": changed("headline", "{customer!r}"),
    "a name nobody gave": changed("write/body", {"a": "{secret}"}),
    "a secret in a template": changed("write/body", {"a": "{TICKETS_TOKEN}"}),
    "names of members from arguments": changed("write/body", {"{customer}": 1}),
    "a header with a line break": changed("headers", {"X-A": "a\r\nX-B: b"}),
    "the length of the body": changed("headers", {"Content-Length": "1"}),
    "another host header": changed("headers", {"host": "evil.example.com"}),
    "a header twice": changed("headers", {"authorization": "x"}),
    "a secret itself": changed("secret_headers", [{"name": "Authorization", "secret": "hunter2 is my password"}]),
    "a prefix with a line break": changed(
        "secret_headers", [{"name": "Authorization", "secret": "TICKETS_TOKEN", "prefix": "Bearer\r\n"}]
    ),
    "a schema that refers to itself": changed("arguments/properties/tags", {"$ref": "#"}),
    "a number that loses digits": changed("arguments/properties/total", {"type": "number"}),
    "anything at all": changed("arguments/properties/total", {}),
    "more than is described": changed("arguments/additionalProperties", True),
    "a reserved name": changed("arguments/properties/receipt", {"type": "string"}),
    "a name of the library": changed("arguments/properties/model_config", {"type": "string"}),
    "a pattern that is none": string(pattern="("),
    "a pattern that looks around": string(pattern="(?=a)(?!b)"),
    "a pattern larger than it looks": string(pattern="(((a{1000}){1000}){1000}){1000}"),
    "a pattern of a thousand letters": string(pattern="a" * 1000),
    "a way back without a proof": changed("undo/proof", {}),
    "a way back with two proofs": changed("undo/proof", {"gone": True, "changed": True}),
    "a proof nobody reads": changed("undo/proof", {"shows": {"nothing": 1}}),
    "a way back to a receipt that is not told": changed("answer/reference", None),
    "a search for nothing": changed("look_up", {"path": "/tickets"}),
    "a match without a version": changed("write/if_match", True),
    "a place that is none": changed("answer/reference", "id"),
    "a code that is none": changed("answer/codes", {"9xx": "done"}),
    "a failure class that is prose": changed("answer/codes", {"409": {"meaning": "refused", "failure": "it broke!"}}),
    "an amount that is a text": changed("amount", "subject"),
    "patience without end": changed("patience", 3600),
    "a dry run that says nothing": changed("dry_run", {}),
    "a member nobody knows": changed("eval", "1 + 1"),
    "a title of two lines": changed("title", "a\nb"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_definition_is_refused(name: str):
    began = time.process_time()
    with pytest.raises(NotADefinition) as refusal:
        build(HOSTILE[name])
    assert refusal.value.complaints and all(words for _, words in refusal.value.complaints)
    assert time.process_time() - began < 1


def test_what_they_were_made_from_is_sound():
    assert build(HERE).name == "northwind.ticket"


def test_a_schema_of_a_megabyte_is_not_even_read():
    with pytest.raises(sources.NotJson, match="at most"):
        sources.read(
            json.dumps({"arguments": {"properties": {f"a{n}": {"type": "string"} for n in range(40_000)}}})
        )


@pytest.mark.parametrize("depth", [5, 8])
def test_a_deep_or_wide_schema_is_refused(depth: int):
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        deep = {"type": "object", "properties": {"a": deep}}
    with pytest.raises(NotADefinition):
        build(changed("arguments/properties/tags", deep))
    wide = {
        f"a{n}": {"type": "object", "properties": {f"b{m}": {"type": "string"} for m in range(10)}}
        for n in range(10)
    }
    with pytest.raises(NotADefinition):
        build(changed("arguments/properties", HERE["arguments"]["properties"] | wide))


def test_an_evil_pattern_of_linear_time_is_no_bomb():
    tool = build(string(pattern="^(a+)+$"))
    began = time.process_time()
    read = reading.read(tool, ARGUMENTS | {"subject": "a" * 190 + "!"})
    assert read.value is None and time.process_time() - began < 0.5


@pytest.mark.parametrize("value", ["..", ".", "../../admin", "a/../b", "..\\x"])
def test_no_value_leaves_its_segment(value: str):
    tool = build(HERE)
    read = reading.read(tool, ARGUMENTS | {"customer": value})
    with pytest.raises(Refused, match="another address"):
        tool.spelled(read.value, key="k", context=Context("northwind"))


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("a/b", "a%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("a&b=c", "a%26b%3Dc"),
        ("@evil.com:80", "%40evil.com%3A80"),
        ("ü {x}", "%C3%BC%20%7Bx%7D"),
        ("%2e%2e", "%252e%252e"),
    ],
)
def test_every_value_is_encoded_into_one_segment(value: str, segment: str):
    tool = build(HERE)
    read = reading.read(tool, ARGUMENTS | {"customer": value})
    shown = tool.spelled(read.value, key="k", context=Context("northwind"))
    assert shown.startswith(f"POST https://tickets.example.com/api/customers/{segment}/tickets?notify=2\n")


@pytest.mark.parametrize(
    "value", ["a\r\nb", "a\x00b", "a\u202eb", "\ud800", "x" * 61, 7, None, ["a"], {"a": 1}, True]
)
def test_values_that_no_header_or_line_could_hold_are_refused_by_the_schema(value: Any):
    assert reading.read(build(HERE), ARGUMENTS | {"customer": value}).value is None


@pytest.mark.parametrize("total", ["NaN", "Infinity", "1e400", "12.345", "-1", "5000.01", True, "0x10"])
def test_money_is_a_decimal_with_its_places_and_bounds(total: Any):
    assert reading.read(build(HERE), ARGUMENTS | {"total": total}).value is None


def test_money_keeps_every_digit_where_the_target_wants_a_number():
    told = changed("arguments/properties/total", {"type": "string", "format": "decimal", "places": 4})
    tool = build(told)
    read = reading.read(tool, ARGUMENTS | {"total": "12345678901234.5670"})
    assert '"total": 12345678901234.5670' in tool.spelled(read.value, key="k", context=Context("northwind"))


def test_a_tool_of_another_workspace_does_nothing():
    tool = build(HERE)
    read = reading.read(tool, ARGUMENTS)
    with pytest.raises(Exception, match="another workspace"):
        tool.run(read.value, key="k", context=Context("harbour"))
