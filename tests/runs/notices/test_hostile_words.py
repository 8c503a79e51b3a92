"""Letters written about hostile names, and links that no caller's Host header can bend."""

import re

import pytest
from django.urls import reverse

from tests.approvals.reviewing import signed_in
from tests.builders import a_proposal
from tests.people import PASSWORD
from tests.runs.notices.test_daily import send_at

pytestmark = pytest.mark.django_db
NAMES = [
    "A\r\n\r\n<html>", "B\nSubject: paid", "C\u202eslana\u2066", "D\u2028E\u0085F\x0bG", "=?utf-8?q?Bcc=3A?=",
    "H" * 80, "\u200b\u200b", "I\x00J".replace("\x00", "\x7f"), "\U0001f4e8" * 40, "K, L <m@n.o>; P",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_adds_a_header_a_recipient_or_a_line(maria, northwind, post, morning, yesterday, name):
    northwind.workspace.name = name
    northwind.workspace.save()
    maria.user.first_name, maria.user.last_name = name[:75], name[:75]
    maria.user.save()
    a_proposal(northwind.bot, at=yesterday, title=name)
    assert send_at(morning)["sent"] == 1
    (letter,), (envelope,) = post.letters, post.envelopes
    assert envelope.rcpt_tos == ["maria@northwind.example"]
    assert {key.lower() for key in letter} == {
        "content-type", "content-transfer-encoding", "mime-version", "subject", "from", "to", "date", "message-id",
        "auto-submitted",
    }  # fmt: skip
    assert len(letter.get_all("Subject")) == len(letter.get_all("To")) == 1
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\u2028\u2029\r\n]", letter["Subject"].strip())
    assert letter.get_content_type() == "text/plain" and "<html>" not in post.texts[0].splitlines()


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"])
def test_links_lead_to_this_site_whoever_asks(maria, northwind, post, morning, yesterday, header):
    a_proposal(northwind.bot, at=yesterday)
    client = signed_in(maria)
    page = client.get(reverse("notices", args=["northwind"]), headers={header: "evil.example"})
    assert page.status_code == (400 if header == "Host" else 200)
    assert "evil.example" not in page.text
    send_at(morning)
    links = re.findall(r"https?://[^/\s]+", post.texts[0])
    assert links and set(links) == {"https://sign.example.org"}


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_the_way_to_the_sign_in_is_never_another_sites(client, northwind, header):
    answer = client.get(reverse("review", args=["northwind"]), headers={header: "evil.example"})
    assert "evil.example" not in answer.headers.get("Location", "")


def test_a_sign_in_that_was_asked_to_lead_elsewhere_stays_here(client, northwind):
    told = {"username": "maria", "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/sign-in/", told).headers["Location"].startswith("/")
