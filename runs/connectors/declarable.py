"""The kinds of tool an admin may declare in the browser: REST, SQL and e-mail."""

from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any

from pydantic import ValidationError
from pydantic_core import SchemaError

from approvals import kinds, tools
from approvals.kinds import Declared, Kind, NotADefinition
from runs.connectors import declared
from runs.connectors.email import tools as email
from runs.connectors.rest import tools as rest
from runs.connectors.sql import tools as sql

Every = Callable[[Declared], Sequence[tools.Tool]]


def register_all() -> None:
    """Make every kind known, in whichever process: the web checks definitions, workers carry them out."""
    for kind in (REST, SQL, EMAIL):
        kinds.register(kind)


def _building(every: Every) -> Every:
    def build(told: Declared) -> Sequence[tools.Tool]:
        try:
            return every(told)
        except ValidationError as refusal:
            raise NotADefinition(declared.refusals(refusal)) from None
        except SchemaError:
            raise NotADefinition([((), "A pattern in it is larger than patterns may be")]) from None

    return build


def _secrets_of_rest(definition: dict[str, Any]) -> list[str]:
    return sorted({str(header["secret"]) for header in definition.get("secret_headers", [])})


def _example(name: str) -> str:
    return resources.files("runs.connectors").joinpath("examples", name).read_text(encoding="utf-8")


REST = Kind(
    "rest", "REST", "A request to a system that speaks HTTP and JSON", _building(rest.every), _secrets_of_rest,
    {"Open a ticket": _example("rest.json"), "Change a value": _example("rest_update.json")},
)  # fmt: skip
SQL = Kind(
    "sql", "SQL", "A row of a table in a team’s own PostgreSQL", _building(sql.every),
    lambda definition: [str(definition["database"])], {"Change a customer": _example("sql.json")},
)  # fmt: skip
EMAIL = Kind(
    "email", "E-mail", "A letter in plain text through a team’s own mail server", _building(email.every),
    lambda definition: [str(definition["server"])], {"Answer a customer": _example("email.json")},
)  # fmt: skip
