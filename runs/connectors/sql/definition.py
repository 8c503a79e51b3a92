"""What an administrator declares: which table, which row, which columns, and what people are told."""

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, model_validator

from runs.connectors import declared, templates
from runs.connectors.declared import Risk, SecretName, Template, Title, Words
from runs.connectors.sql.columns import Column, Identifier, Writable

KEY_TABLE = "countersign_writes"


class Definition(declared.Definition):
    """One row, found by its key columns, gets values in columns on a list. Everything else is refused."""

    database: Annotated[
        SecretName, Field(description="The secret that holds the address (DSN) of the database")
    ]
    db_schema: Annotated[Identifier, Field(alias="schema")] = "public"
    table: Identifier
    operation: Annotated[
        Literal["update", "upsert"],
        Field(description="update changes a row that is there; upsert may insert it"),
    ] = "update"
    key_columns: Annotated[list[Column], Field(min_length=1, max_length=8)]
    columns: Annotated[list[Writable], Field(min_length=1, max_length=40)]
    shown: Annotated[
        list[Identifier], Field(max_length=20, description="Columns reviewers see beside the change")
    ] = []
    key: Annotated[
        Literal["table", "none"],
        Field(
            description=f"table: the schema holds {KEY_TABLE}, so that a write in doubt can be looked up; "
            "none: a write in doubt goes to a person"
        ),
    ] = "table"
    title: Title
    headline: Template = ""
    subject: Template = ""
    amount: Annotated[str, Field(max_length=63, description="The argument that is money at stake")] = ""
    currency: Annotated[
        str, Field(pattern=r"^([A-Z]{3})?$", description="Its currency, when always the same")
    ] = ""
    currency_argument: Annotated[str, Field(max_length=63)] = ""
    risk: Risk = "medium"
    customer_facing: StrictBool = False
    way_back: Words = "Can be restored exactly"
    cascade: Annotated[
        Words, Field(description="What restoring cannot undo, such as what a trigger has sent")
    ] = ""

    @property
    def every_column(self) -> list[Column]:
        return [*self.key_columns, *self.columns]

    @property
    def place(self) -> str:
        """The table in one word. A later version of the tool may speak of another: there nothing is taken back."""
        return f"{self.database}/{self.db_schema}.{self.table}"

    @property
    def read(self) -> list[str]:
        """Names of the columns an image of the row holds."""
        return [column.name for column in self.every_column] + self.shown

    @model_validator(mode="after")
    def each_column_is_named_once(self) -> Self:
        for what, names in (("column", self.read), ("argument", [c.called for c in self.every_column])):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"the {what} {', '.join(twice)} is named twice")
        if any(column.type == "json" for column in self.key_columns):
            raise ValueError("no row is found by a json column")
        if self.table == KEY_TABLE:
            raise ValueError(f"{KEY_TABLE} is ours: agents never write there")
        return self

    @model_validator(mode="after")
    def templates_speak_of_arguments(self) -> Self:
        templates.check(self.headline, (column.called for column in self.every_column))
        templates.check(self.subject, (column.called for column in self.key_columns))
        return self

    @model_validator(mode="after")
    def money_has_a_currency(self) -> Self:
        kinds = {column.called: column.type for column in self.every_column}
        if not self.amount:
            if self.currency or self.currency_argument:
                raise ValueError("a currency without an amount says nothing")
            return self
        if kinds.get(self.amount) not in ("decimal", "integer"):
            raise ValueError("the amount is an argument of type decimal or integer")
        if bool(self.currency) == bool(self.currency_argument):
            raise ValueError("an amount has either a currency or an argument that says which")
        if self.currency_argument and kinds.get(self.currency_argument) not in ("text", "enum"):
            raise ValueError("the currency is an argument of type text or enum")
        return self
