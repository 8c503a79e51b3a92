"""What every kind of declared tool shares: how its definition is read, and what an administrator is told."""

from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runs.connectors.values import Text
from runs.secrets import NAME

Risk = Literal["low", "medium", "high"]
SecretName = Annotated[
    str, Field(pattern=rf"^{NAME.pattern}$", description="The name of a secret, never the secret itself")
]
Title = Annotated[Text, Field(min_length=1, max_length=80)]
Words = Annotated[Text, Field(max_length=120)]
Template = Annotated[Text, Field(max_length=200)]


class Declared(Protocol):
    """One version of a tool an administrator declared; it never changes."""

    name: str
    version: int
    workspace_slug: str
    definition: dict[str, Any]


class Definition(BaseModel):
    """Base of all definitions: what is not known is refused, nothing is guessed."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True, allow_inf_nan=False,
        regex_engine="rust-regex",
    )  # fmt: skip


def complaints(refusal: ValidationError) -> list[tuple[str, str]]:
    """Where a definition is wrong and why, as a form shows it; values are not repeated."""
    return [
        ("/".join(map(str, error["loc"])) or "definition", error["msg"].removeprefix("Value error, "))
        for error in refusal.errors(include_url=False, include_context=False, include_input=False)
    ]
