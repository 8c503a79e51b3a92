"""The arguments of a letter. Nothing in them can become a header of its own."""

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, create_model, model_validator

from approvals import tools
from runs.connectors.email.addresses import Address, domain_of
from runs.connectors.email.definition import Definition
from runs.connectors.values import Text, blank_is_nothing, visible_lines

_ID = r"^<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,120}@[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\[\]:-]{1,120}>$"
_ANSWERS = re.compile(r"(re|aw|sv|vs|antw|odp|ref|rif|res)(\[\d+\])?\s*:", re.IGNORECASE)
MessageId = Annotated[str, Field(pattern=_ID, description="A Message-ID, angle brackets included")]
Subject = Annotated[Text, Field(min_length=1, max_length=200)]


def of(definition: Definition) -> type[tools.Arguments]:
    body = Annotated[
        str, AfterValidator(visible_lines), Field(min_length=1, max_length=definition.longest_body)
    ]
    told: dict[str, Any] = {
        "to": (Address, Field(description="Whom the letter is for")),
        "subject": (Subject, ...),
        "body": (body, Field(description="Plain text; signature and footer are added")),
        "in_reply_to": (
            Annotated[MessageId | None, BeforeValidator(blank_is_nothing)],
            Field(None, description="The Message-ID of the letter that is answered"),
        ),
        "references": (
            Annotated[list[MessageId], Field(max_length=50)] | None,
            Field(None, description="Message-IDs of the thread, oldest first"),
        ),
    }
    if definition.max_recipients > 1:
        others = Annotated[list[Address], Field(max_length=definition.max_recipients - 1)]
        told["cc"] = (others | None, Field(None, description="Who reads it too"))
    answers: Any = model_validator(mode="before")(_answered)
    allowed: Any = model_validator(mode="after")(_only_known(definition))
    return create_model(
        "Arguments",
        __base__=tools.Arguments,
        __doc__="One letter in plain text.",
        __validators__={"answers": answers, "allowed": allowed},
        **told,
    )


def _answered(told: Any) -> Any:
    """The subject of an answer says so, once, and its thread ends in what it answers: so both stay together."""
    if not isinstance(told, dict) or not isinstance(told.get("in_reply_to"), str):
        return told
    earlier = told["in_reply_to"].strip()
    if not earlier:
        return told
    told = dict(told)
    subject = told.get("subject")
    if isinstance(subject, str) and subject.strip() and not _ANSWERS.match(subject.strip()):
        told["subject"] = f"Re: {subject.strip()}"
    thread = told.get("references") or []
    if isinstance(thread, list | tuple) and (not thread or thread[-1] != earlier):
        told["references"] = [*(name for name in thread if name != earlier), earlier]
    return told


def _only_known(definition: Definition) -> Callable[[Any], Any]:
    def allowed(self: Any) -> Any:
        everybody = [self.to, *(getattr(self, "cc", None) or [])]
        if len({address.casefold() for address in everybody}) != len(everybody):
            raise ValueError("an address stands there twice")
        if definition.domains and any(domain_of(one) not in definition.domains for one in everybody):
            raise ValueError(f"letters go to {', '.join(definition.domains)} only")
        if self.references and not self.in_reply_to:
            raise ValueError("a thread without the letter that is answered: name it in in_reply_to")
        return self

    return allowed
