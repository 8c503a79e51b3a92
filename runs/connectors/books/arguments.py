"""The arguments of the books' tools."""

from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from approvals import tools
from runs.connectors.books.fields import Amount, Code, Currency, EntryNumber, Money, Name
from runs.connectors.values import Day, Text, blank_is_nothing


class PostArguments(tools.Arguments):
    """One expense, as the vendor's document prints it. Without ``account`` the vendor's own account is charged."""

    vendor: Annotated[Name, Field(description="The vendor's name as the books spell it")]
    date: Annotated[Day, Field(description="The day the document was issued")]
    currency: Currency
    total: Annotated[Money, Field(description="What was paid, tax included; negative for a credit note")]
    tax: Annotated[Amount, Field(description="The part of the total that is tax")] | None = None
    document: (
        Annotated[Text, Field(max_length=60, description="The vendor's number on the document")] | None
    ) = None
    account: Code | None = None
    description: Annotated[Text, Field(max_length=200)] | None = None

    @field_validator("tax", "document", "account", "description", mode="before")
    @classmethod
    def left_blank(cls, value: Any) -> Any:
        return blank_is_nothing(value)

    @model_validator(mode="after")
    def tax_is_a_part_of_the_total(self) -> Self:
        if self.tax and (abs(self.tax) > abs(self.total) or (self.tax > 0) != (self.total > 0)):
            raise ValueError("the tax must be a part of the total, with the same sign")
        return self


class VoidArguments(tools.Arguments):
    """Which entry, and what it is believed to say: the books refuse when they say otherwise."""

    expense: Annotated[EntryNumber, Field(description="The number of the entry in the books")]
    vendor: Name
    currency: Currency
    total: Money
    reason: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$", description="A code")] = "reversed"
