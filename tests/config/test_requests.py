"""Every answer carries the id of its request, and so does every log line written meanwhile."""

import asyncio

import pytest
import structlog
from django.http import HttpResponse
from django.test import RequestFactory
from structlog.contextvars import get_contextvars

from config.requests import HEADER, identified


def test_a_caller_may_name_its_request(client):
    assert client.post("/up", headers={HEADER: "job-2026.11_a"}).headers[HEADER] == "job-2026.11_a"


@pytest.mark.parametrize(
    "offered", ["", "short", "with space", "x" * 65, "quote'quote", "<script>alert</script>"]
)
def test_a_name_that_could_do_harm_is_replaced(client, offered):
    given = client.post("/up", headers={HEADER: offered}).headers[HEADER]
    assert given != offered
    assert len(given) == 32


def test_two_requests_have_two_names(client):
    assert client.post("/up").headers[HEADER] != client.post("/up").headers[HEADER]


def test_the_name_is_bound_while_the_request_is_answered_and_not_after():
    seen = {}

    async def view(request):
        seen.update(get_contextvars())
        return HttpResponse()

    request = RequestFactory().get("/", headers={HEADER: "a-safe-name"})
    asyncio.run(identified(view)(request))
    assert seen == {"request_id": "a-safe-name"}
    assert get_contextvars() == {}


def test_an_answer_is_logged_without_its_query():
    with structlog.testing.capture_logs() as events:
        identified(lambda request: HttpResponse())(RequestFactory().get("/w/?token=abc"))
    assert [(event["event"], event["path"]) for event in events] == [("answered", "/w/")]
