"""A helpdesk of northwind's own with a few tickets, the agent that sorts them, and examples the team supplied."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg.rows import dict_row

from approvals import actors, agents
from approvals.models import Agent
from runs.connectors.helpdesk import database, setup
from runs.demo.company import lines
from runs.models import ExampleSet
from runs.workflows.tickets import examples, proposing
from tests.books import _prepared_books  # noqa: F401
from tests.builders import now
from tests.people import Company
from tests.runs.far_model import far_side  # noqa: F401

Owner = psycopg.Connection[dict[str, Any]]


@pytest.fixture(scope="session")
def _prepared_helpdesk(_prepared_books: None) -> Iterator[None]:  # noqa: F811
    setup.prepare(settings.BOOKS_ADMIN_URL)
    yield
    database.close()


@pytest.fixture
def helpdesk(_prepared_helpdesk: None) -> Iterator[Owner]:
    """Tickets T-1 and T-2 of northwind, which nobody has; T-2 is closed."""
    with psycopg.connect(settings.BOOKS_ADMIN_URL, autocommit=True, row_factory=dict_row) as owner:
        owner.execute("DELETE FROM helpdesk.changes; DELETE FROM helpdesk.tickets")
        setup.seed(
            "northwind", [{"id": "T-1", "from": "paul@vasseur.example", "subject": "Invoice"}, {"id": "T-2"}]
        )
        owner.execute("UPDATE helpdesk.tickets SET state = 'closed' WHERE id = 'T-2'")
        yield owner


@pytest.fixture
def supplied(northwind: Company) -> ExampleSet:
    told = examples.read(json.dumps(row) for row in lines("labelled_northwind.jsonl"))
    return examples.supply(
        workspace=northwind.workspace, supplied=told, by=None, actor=actors.worker("test"), now=now()
    )


@pytest.fixture
def sorter(northwind: Company) -> Agent:
    return agents.add_agent(
        workspace=northwind.workspace, name=proposing.NAME, version="1.0", tools=list(proposing.TOOLS),
        actor=actors.worker("test"), now=now(),
    )  # fmt: skip
