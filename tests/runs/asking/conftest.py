"""A run at the desk of a workspace whose model is on loopback."""

from collections.abc import Iterator

import pytest

from approvals import actors
from runs import recorder
from runs.asking import desk
from runs.models import Run
from tests.books import _prepared_books, books  # noqa: F401
from tests.builders import now
from tests.openai_server import OpenAIServer
from tests.people import Company
from tests.runs.far_model import far_side  # noqa: F401


@pytest.fixture
def run(northwind: Company) -> Run:
    return recorder.start(agent=northwind.bot, workflow="expense", actor=actors.worker("t"), now=now())


@pytest.fixture
def at_desk(northwind: Company, run: Run, far_side: OpenAIServer) -> Iterator[desk.Desk]:  # noqa: F811
    with desk.opened(workspace=northwind.workspace, run=run, actor=actors.worker("t")) as opened:
        assert opened is not None
        yield opened
