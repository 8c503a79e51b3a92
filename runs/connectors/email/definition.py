"""What an administrator declares: who writes, through which server, to whom at most, and what stands below."""

from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, model_validator

from runs.connectors import declared, templates
from runs.connectors.declared import Risk, SecretName, Template, Title
from runs.connectors.email.addresses import Address, Domain
from runs.connectors.values import Text, visible_lines

Lines = Annotated[str, AfterValidator(visible_lines), Field(max_length=2_000)]
ARGUMENTS = ("to", "subject")


class Sender(declared.Definition):
    """Who the letter is from. The name may not pretend to be an address."""

    address: Address
    name: Annotated[Text, Field(max_length=80, pattern=r"^[^@<>=]*$")] = ""


class Definition(declared.Definition):
    """Letters in plain text, one to a key, none of which comes back."""

    server: Annotated[
        SecretName,
        Field(description="The secret that holds smtp://, smtp+tls:// or smtp+ssl://user:key@host:port"),
    ]
    sender: Sender
    reply_to: Address | None = None
    domains: Annotated[
        list[Domain], Field(max_length=200, description="Where letters may go; without any, anywhere")
    ] = []
    max_recipients: Annotated[int, Field(ge=1, le=20, strict=True)] = 1
    subject_editable: StrictBool = True
    body_editable: StrictBool = True
    longest_body: Annotated[int, Field(ge=1, le=50_000, strict=True)] = 10_000
    signature: Lines = ""
    footer: Lines = ""
    title: Title
    headline: Template = "Write to {to}: {subject}"
    risk: Risk = "high"
    grounded_recipient: Annotated[
        StrictBool, Field(description="Whether the recipient's address must be found in the evidence")
    ] = False

    @model_validator(mode="after")
    def the_headline_speaks_of_arguments(self) -> "Definition":
        templates.check(self.headline, ARGUMENTS)
        return self
