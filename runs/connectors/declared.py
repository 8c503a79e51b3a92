"""What every kind of declared tool shares: how its definition is read, and what an administrator is told."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from approvals import secret_names
from approvals.kinds import Complaint, Declared
from runs.connectors.values import Text

__all__ = [
    "Declared", "Definition", "Risk", "SecretName", "Template", "Title", "Words", "complaints", "refusals",
]  # fmt: skip
_SAID = {
    "extra_forbidden": "This is not permitted: nothing of that name is known here",
    "missing": "This is missing",
}
Risk = Literal["low", "medium", "high"]
SecretName = Annotated[
    str,
    Field(
        pattern=rf"^{secret_names.NAME.pattern}$", max_length=secret_names.LONGEST_NAME,
        description="The name of a secret of this workspace, never the secret itself",
    ),
]  # fmt: skip
Title = Annotated[Text, Field(min_length=1, max_length=80)]
Words = Annotated[Text, Field(max_length=120)]
Template = Annotated[Text, Field(max_length=200)]


class Definition(BaseModel):
    """Base of all definitions: what is not known is refused, nothing is guessed."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True, allow_inf_nan=False,
        regex_engine="rust-regex",
    )  # fmt: skip


def refusals(refusal: ValidationError) -> list[Complaint]:
    """Where a definition is wrong and why; values are not repeated."""
    return [
        (tuple(error["loc"]), _SAID.get(error["type"], error["msg"].removeprefix("Value error, ")))
        for error in refusal.errors(include_url=False, include_context=False, include_input=False)
    ]


def complaints(refusal: ValidationError) -> list[tuple[str, str]]:
    """The same with each place as one word."""
    return [("/".join(map(str, place)) or "definition", words) for place, words in refusals(refusal)]
