"""What a letter gives away, where its links lead, and what may stand in its headers."""

import re

import pytest
from django.test import Client

from approvals.models import Decision
from runs.notices import addresses
from tests.approvals.reviewing import signed_in
from tests.builders import a_proposal
from tests.runs.notices.test_daily import send_at

pytestmark = pytest.mark.django_db
LINK = re.compile(r"https://sign\.example\.org(/\S*)")


def test_no_value_vendor_amount_or_word_of_the_agents_leaves_in_a_letter(
    maria, northwind, post, morning, yesterday
):
    a_proposal(
        northwind.bot, at=yesterday, title="Zanzibar Traders", subject="memo:secret-7",
        arguments={"title": "Zanzibar Traders", "amount": "8431.77"}, summary="Salary of Quentin",
        rationale="Because the invoice says Zanzibar",
    )  # fmt: skip
    send_at(morning)
    whole = post.envelopes[0].content.decode() + post.texts[0]
    for word in ("Zanzibar", "8431", "8,431", "secret-7", "Quentin", "Salary", "prop_", "memo", "bot"):
        assert word not in whole, word


def test_its_links_want_a_sign_in_and_decide_nothing(maria, northwind, harbour, post, morning, yesterday):
    proposal = a_proposal(northwind.bot, at=yesterday)
    send_at(morning)
    links = LINK.findall(post.texts[0])
    assert len(links) == 2
    for link in links:
        assert "/sign-in/" in Client().get(link)["Location"]
        assert signed_in(harbour.dana).get(link).status_code == 404
        assert signed_in(maria).get(link).status_code == 200
    proposal.refresh_from_db()
    assert proposal.state == "pending" and not Decision.objects.exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zoë Ängström-Nguyễn", "Zoë Ängström-Nguyễn"),
        ("山田 太郎", "山田 太郎"),
        ('Ann "The Pen" O\'Neil, CPA', 'Ann "The Pen" O\'Neil, CPA'),
        ("Max\r\nBcc: all@example.org", "Max Bcc: all@example.org"),
        ("Eve\u202e\u2028<root@localhost>", "Eve <root@localhost>"),
    ],
)
def test_a_name_is_a_name_whatever_stands_in_it(maria, northwind, post, morning, yesterday, name, shown):
    maria.user.first_name = name
    maria.user.save()
    a_proposal(northwind.bot, at=yesterday)
    assert send_at(morning)["sent"] == 1
    (letter,), (envelope,) = post.letters, post.envelopes
    assert envelope.rcpt_tos == ["maria@northwind.example"]
    (to,) = letter["To"].addresses
    assert (to.display_name, to.addr_spec) == (shown, "maria@northwind.example")
    assert letter["Bcc"] is None


def test_a_workspaces_name_cannot_begin_a_header(maria, northwind, post, morning, yesterday):
    northwind.workspace.name = "North\r\nBcc: all@example.org\r\n\r\nwind 株式会社"
    northwind.workspace.save()
    a_proposal(northwind.bot, at=yesterday)
    assert send_at(morning)["sent"] == 1
    assert post.letters[0]["Subject"].strip() == "1 waits for you in North Bcc: all@example.org wind 株式会社"
    assert post.letters[0]["Bcc"] is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "maria",
        "@",
        "a@b",
        "a b@example.org",
        "a@example.org\nBcc: b@example.org",
        "a@example.org, b@c.de",
    ],
)
def test_what_is_no_address_is_not_written_to(address):
    assert not addresses.known(address)
