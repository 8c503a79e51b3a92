"""A letter as it arrives: what was signed, from whom it was declared, in its thread, and nothing smuggled in."""

from email import message_from_string
from typing import Any

import pytest
from pydantic import ValidationError

from approvals import arguments as reading
from approvals import tools
from runs.connectors.declared import complaints
from runs.connectors.email.definition import Definition
from tests.runs.connectors.email.letters import CONTEXT, DEFINITION, TOLD, declare, send
from tests.runs.notices.mailbox import Mailbox


def test_a_letter_arrives_as_it_was_signed(post: Mailbox, key: str) -> None:
    receipt = send(declare(), key)
    (letter,), (envelope,) = post.letters, post.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("support@northwind.example", ["ada@example.org"])
    assert letter["From"] == "Northwind Support <support@northwind.example>"
    assert (letter["To"], letter["Reply-To"], letter["Subject"]) == (
        "ada@example.org", "help@northwind.example", "Your order",
    )  # fmt: skip
    assert letter.get_content().replace("\r\n", "\n") == (
        "Dear Ada,\n\nit is on its way.\n.\n.hidden\n\n-- \nNorthwind Support\n\nNorthwind Ltd, 1 Long Lane\n"
    )
    assert letter["Message-ID"] == receipt.after["message_id"] and letter["Date"]
    assert len(letter["X-Countersign-Key"]) == 32 and key not in str(letter)
    assert (letter.get_content_type(), list(letter.iter_attachments())) == ("text/plain", [])


def test_every_language_arrives(post: Mailbox, key: str) -> None:
    words = "Grüße, שלום, здравствуйте, 你好, 👩‍👩‍👧 " * 30
    send(declare(), key, subject="Bücher für Zoë – 你好 " * 6, body=words)
    letter = post.letters[0]
    assert letter["Subject"] == ("Bücher für Zoë – 你好 " * 6).strip()
    assert letter.get_content().startswith(words.strip())
    raw = post.envelopes[0].original_content
    assert raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= 998


def test_an_answer_stays_in_its_thread(post: Mailbox, key: str) -> None:
    thread = [f"<{'a' * 90}.{number}@mail.example.org>" for number in range(9)]
    send(declare(), key, in_reply_to=thread[-1], references=thread[:-1])
    letter = post.letters[0]
    assert letter["Subject"] == "Re: Your order"
    assert str(letter["In-Reply-To"]).strip() == thread[-1]
    assert str(letter["References"]).split() == thread
    assert b"=?utf-8" not in post.envelopes[0].content


def test_what_is_signed_is_the_subject_that_is_sent() -> None:
    tool = declare()
    read = reading.read(tool, TOLD | {"in_reply_to": "<1@x.example>"})
    assert read.normal["subject"] == "Re: Your order" and read.normal["references"] == ["<1@x.example>"]
    assert reading.read(tool, read.normal).normal == read.normal
    kept = reading.read(tool, TOLD | {"in_reply_to": "<1@x.example>", "subject": "AW: Your order"})
    assert kept.normal["subject"] == "AW: Your order"


SMUGGLED = [
    "x\r\nBcc: eve@example.org",
    "x\nBcc: e@e.example",
    "x\rBcc: e",
    "x\x00y",
    "x\u2028y",
    "\u202ex",
    "x\x85y",
]


@pytest.mark.parametrize("field", ["to", "subject", "in_reply_to"])
@pytest.mark.parametrize("smuggled", SMUGGLED)
def test_nothing_becomes_a_header_of_its_own(field: str, smuggled: str) -> None:
    told = TOLD | {field: f"ada@example.org{smuggled}" if field == "to" else f"<{smuggled}@x.example>"}
    assert reading.read(declare(), told).errors
    assert reading.read(declare(), TOLD | {"references": [smuggled]}).errors


@pytest.mark.parametrize(
    "address",
    [
        "", "ada", "@example.org", "ada@", "ada@localhost", "ada@[127.0.0.1]", "ada@127.0.0.1", "a b@example.org",
        "Ada <ada@example.org>", "ada@example.org, eve@example.org", "ada@example.org;eve@example.org",
        '"a b"@example.org', "a..b@example.org", ".a@example.org", "ä@example.org", f"{'a' * 65}@example.org",
        f"a@{'b' * 64}.org", f"a@{'.'.join(['b' * 60] * 5)}.org", "ada@exa_mple.org", "ada@-example.org",
        "ada@ex\u0430mple.org", "ada@example\u3002org\u200b", "ada(c)@example.org", "ada@example..org",
    ],
)  # fmt: skip
def test_an_address_that_is_not_plainly_one_is_refused(address: str) -> None:
    assert reading.read(declare(), TOLD | {"to": address}).errors


def test_domains_of_every_alphabet_are_read_and_sent_in_their_own_spelling(post: Mailbox, key: str) -> None:
    tool = declare()
    for told in ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"):
        assert reading.read(tool, TOLD | {"to": told}).normal["to"] == "ada@bücher.example"
    send(tool, key, to="ada@bücher.example")
    assert post.envelopes[0].rcpt_tos == ["ada@xn--bcher-kva.example"]
    straight = reading.read(tool, TOLD | {"to": "ada@straße.example"}).normal["to"]
    assert straight == "ada@straße.example"  # and not strasse.example, which is somebody else's


def test_letters_go_to_allowed_domains_only() -> None:
    tool = declare(domains=["example.org", "bücher.example"], max_recipients=2)
    assert not reading.read(tool, TOLD | {"to": "a@xn--bcher-kva.example"}).errors
    for told in (
        {"to": "a@sub.example.org"},
        {"to": "a@example.org.evil.example"},
        {"cc": ["a@evil.example"]},
    ):
        assert "only" in reading.read(tool, TOLD | told).errors[0].message


def test_no_more_people_than_declared_read_a_letter(post: Mailbox, key: str) -> None:
    assert reading.read(declare(), TOLD | {"cc": ["eve@example.org"]}).errors
    tool = declare(max_recipients=3)
    assert reading.read(tool, TOLD | {"cc": [f"e{n}@example.org" for n in range(3)]}).errors
    assert reading.read(tool, TOLD | {"cc": ["ADA@example.org"]}).errors
    send(tool, key, cc=["eve@example.org", "bob@example.org"])
    assert post.envelopes[0].rcpt_tos == ["ada@example.org", "eve@example.org", "bob@example.org"]
    assert post.letters[0]["Cc"] == "eve@example.org, bob@example.org"


def test_a_rehearsal_shows_the_exact_letter_and_hands_nothing_over(post: Mailbox, key: str) -> None:
    tool = declare()
    arguments = tool.Arguments.model_validate(TOLD | {"to": "ada@bücher.example"})
    told = tool.rehearse(arguments, key=key, context=CONTEXT)
    shown = message_from_string(told.request)
    assert shown["Message-ID"] == told.would["message_id"] and "on its way" in told.request
    assert "ada@xn--bcher-kva.example" in told.notes[1]
    assert post.envelopes == []
    post.refuse_recipient = "550 nobody here"
    with pytest.raises(tools.Refused) as refusal:
        tool.rehearse(arguments, key=key, context=CONTEXT)
    assert refusal.value.field == "to"


def test_a_letter_says_what_it_is() -> None:
    tool = declare(subject_editable=False)
    assert (tool.risk, tool.reversibility, tool.idempotency) == ("high", "none", "none")
    assert tool.customer_facing and not tool.observes and tool.editable == ("body",)
    assert tool.headline({"to": "ada@example.org", "subject": "x\r\ny"}) == "Write to ada@example.org: x y"
    arguments = tool.Arguments.model_validate(TOLD)
    assert tool.reversal(TOLD, {"data": {}}) is None and "ada" not in tool.subject(arguments)
    with pytest.raises(tools.Unknown):
        tool.look_up(arguments, key="key", context=CONTEXT)
    with pytest.raises(tools.Refused):
        tool.run(arguments, key="key", context=tools.Context(workspace="harbour"))


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"server": "smtp://u:p@h"}, "server"),
        ({"sender": {"address": "Support <s@example.org>"}}, "sender/address"),
        ({"sender": {"address": "s@example.org", "name": "boss@bank.example"}}, "sender/name"),
        ({"sender": {"address": "s@example.org", "name": "x\r\nBcc: y"}}, "sender/name"),
        ({"reply_to": "nobody"}, "reply_to"),
        ({"domains": ["*"]}, "domains/0"),
        ({"max_recipients": 0}, "max_recipients"),
        ({"footer": "x\x00"}, "footer"),
        ({"headline": "{body}"}, "definition"),
        ({"password": "x"}, "password"),
    ],
)
def test_a_definition_that_cannot_be_is_refused_with_its_place(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Definition.model_validate(DEFINITION | changes)
    assert where in dict(complaints(refusal.value))
    assert Definition.model_json_schema()["additionalProperties"] is False
