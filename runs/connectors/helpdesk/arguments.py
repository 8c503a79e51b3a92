"""The arguments of the helpdesk's tools."""

from typing import Annotated, Any

from pydantic import Field, field_validator

from approvals import tools
from runs.connectors.values import Text, blank_is_nothing

Ticket = Annotated[Text, Field(min_length=1, max_length=80, description="The ticket’s id in the helpdesk")]
Name = Annotated[Text, Field(min_length=1, max_length=80)]


class AssignArguments(tools.Arguments):
    """Who has the ticket from now on, and what it is about."""

    ticket: Ticket
    team: Name
    label: Name | None = None

    @field_validator("label", mode="before")
    @classmethod
    def left_blank(cls, value: Any) -> Any:
        return blank_is_nothing(value)


class PutBackArguments(tools.Arguments):
    """What an assignment made of a ticket, and what it was before; nobody's ticket has no team."""

    ticket: Ticket
    write: Annotated[str, Field(pattern=r"^[!-~]{1,64}$", description="The write that is undone")]
    team: Name | None = None
    label: Name | None = None
