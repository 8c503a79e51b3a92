"""Whatever is typed: refused with a reason, or one letter that says exactly this, with the headers it should have."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

from hypothesis import example, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from approvals import arguments as reading
from runs.connectors.email import message
from tests.runs.connectors.email.letters import TOLD, declare

HEADERS = [
    "Date", "From", "To", "Reply-To", "Subject", "Message-ID", "X-Countersign-Key", "Content-Type",
    "Content-Transfer-Encoding", "MIME-Version",
]  # fmt: skip
TOOL = declare(signature="", footer="")
_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@bounds(max_examples=100, deadline=None)
@given(subject=_WORDS, body=_WORDS)
@example(subject="=?utf-8?q?Bcc:_eve?=", body=".")
@example(subject="a" * 200, body="From me\n.\n..\nRSET")
@example(subject="ä " * 90, body="x" * 1500)
@example(subject='", <eve@example.org>', body="\tx \t\n \n")
def test_a_letter_says_exactly_what_was_signed(subject: str, body: str) -> None:
    read = reading.read(TOOL, TOLD | {"subject": subject, "body": body})
    if read.value is None:
        assert all(error.message for error in read.errors)
        return
    told = message.compose(
        TOOL.definition, read.value, workspace="w", tool="t", key="k", at=datetime(2026, 11, 21, tzinfo=UTC)
    )
    letter = message_from_bytes(told.content, policy=policy.SMTP)
    assert list(letter) == HEADERS and letter.defects == []
    assert told.content.isascii() and b"\r" not in told.content.replace(b"\r\n", b"")
    assert max(map(len, told.content.split(b"\r\n"))) <= 998
    assert " ".join(str(letter["Subject"]).split()) == read.normal["subject"]
    assert letter.get_content().replace("\r\n", "\n") == read.normal["body"] + "\n"


@bounds(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.builds("{}@{}".format, st.text(max_size=20), st.text(max_size=30)))
def test_an_address_is_refused_or_reaches_the_wire_as_one_plain_address(address: str) -> None:
    read = reading.read(TOOL, TOLD | {"to": address})
    if read.value is None:
        return
    told = message.compose(
        TOOL.definition, read.value, workspace="w", tool="t", key="k", at=datetime(2026, 11, 21, tzinfo=UTC)
    )
    (wire,) = told.recipients
    assert wire.isascii() and wire.count("@") == 1 and not set(wire) & set(' <>()[],;:\\"\r\n\t')
    assert reading.read(TOOL, read.normal).normal == read.normal
