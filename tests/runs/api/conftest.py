"""Agents with tokens, and a client that speaks for one."""

import json
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from approvals import actors, agents
from approvals.models import Agent
from tests.people import Company

_number = count(1)


def issue(agent: Agent) -> str:
    return agents.issue_token(agent=agent, actor=actors.worker("test"), now=timezone.now())


class Caller:
    """One agent at the door. ``post`` sends a fresh Idempotency-Key unless told another, or None for none."""

    def __init__(self, agent: Agent):
        self.agent = agent
        self.secret = issue(agent)
        self.client = Client(raise_request_exception=False)

    def send(self, method: str, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}"} | more.pop("headers", {})
        if key is not None:
            headers["Idempotency-Key"] = key
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        more.setdefault("content_type", "application/json")
        return self.client.generic(method, f"/api/v1{path}", raw, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.send("GET", path, **more)

    def post(self, path: str, body: Any = None, *, key: str | None = "", **more: Any) -> Any:
        return self.send("POST", path, body, key=f"k-{next(_number)}" if key == "" else key, **more)

    def propose(self, body: Any = None, **more: Any) -> Any:
        return self.post("/proposals", a_body() if body is None else body, **more)


def a_body(**changes: Any) -> dict[str, Any]:
    """A proposal as an agent sends it: a memo about a fresh subject, grounded in its evidence."""
    number = next(_number)
    title = f"Memo number {number}"
    content = f"Please write: {title}"
    start = content.index(title)
    spans = [{"field": "/title", "start": start, "end": start + len(title)}]
    return {
        "tool": "memo.write",
        "tool_version": 1,
        "arguments": {"title": title, "amount": "10.00"},
        "subject": f"memo:{number}",
        "summary": "A memo",
        "rationale": "Somebody asked for it.",
        "confidence": 0.95,
        "confidence_source": "rule",
        "evidence": [{"kind": "text", "title": "Request", "content": content, "spans": spans}],
    } | changes


def problem(answer: Any, code: int, slug: str = "") -> dict[str, Any]:
    """The answer's problem document, checked for its form."""
    assert answer.status_code == code, answer.content[:2000]
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == code
    assert document["type"].startswith("/problems/") and document["title"]
    assert not slug or document["type"] == f"/problems/{slug}"
    return document


def pointers(answer: Any, code: int = 422) -> list[str]:
    return [fault["pointer"] for fault in problem(answer, code)["errors"]]


@pytest.fixture
def bot(northwind: Company) -> Caller:
    """Northwind's bot at the API."""
    return Caller(northwind.bot)


@pytest.fixture
def another(northwind: Company) -> Caller:
    """A second agent of Northwind."""
    agent = agents.add_agent(
        workspace=northwind.workspace, name="clerk", version="1", tools=["memo.write"],
        actor=actors.worker("test"), now=timezone.now(),
    )  # fmt: skip
    return Caller(agent)


@pytest.fixture
def stranger(harbour: Company) -> Caller:
    """The bot of another workspace."""
    return Caller(harbour.bot)
