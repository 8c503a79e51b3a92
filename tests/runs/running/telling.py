"""Runs as agents tell them."""

from datetime import datetime, timedelta
from typing import Any

from approvals import actors
from approvals.models import Agent
from runs import recorder
from runs.models import Run
from tests.builders import now

WORKER = actors.worker("test")


def a_run(agent: Agent, *, at: datetime | None = None, workflow: str = "expense-posting", **more: Any) -> Run:
    return recorder.start(agent=agent, workflow=workflow, actor=WORKER, now=at or now(), **more)


def a_move(key: str, *, at: datetime | None = None, **more: Any) -> recorder.Move:
    return recorder.Move(
        key=key, name=more.pop("name", key), kind=more.pop("kind", "rule"), started_at=at, **more
    )


def tell(run: Run, *moves: recorder.Move, at: datetime | None = None) -> None:
    recorder.record(run=run, moves=moves, now=at or now())


def end(run: Run, state: str = "succeeded", *, at: datetime | None = None, **more: Any) -> Run:
    return recorder.finish(run=run, state=state, actor=WORKER, now=at or now(), **more)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)
