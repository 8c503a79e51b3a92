"""`manage.py send_test_letter`: does it work, and what would somebody read?"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from runs.models import Letter
from tests.builders import a_proposal
from tests.runs.notices import mailbox

pytestmark = pytest.mark.django_db


def try_it(name: str = "maria") -> str:
    said = StringIO()
    call_command("send_test_letter", name, "--workspace", "northwind", stdout=said)
    return said.getvalue()


def test_it_sends_at_any_hour_and_says_what(maria, northwind, post):
    assert "Sent to maria@northwind.example" in try_it() and "Nothing waits for you." in post.texts[0]
    a_proposal(northwind.bot)
    assert "1 waits for you in Northwind Finance" in try_it()
    assert len(post.letters) == 2 and not Letter.objects.exists()


def test_it_says_what_is_missing(maria, northwind, post, settings):
    for name, sentence in [
        ("ken", "No e-mail address is known for ken"),
        ("dana", "not a member of northwind"),
    ]:
        with pytest.raises(CommandError, match=sentence):
            try_it(name)
    post.answer = "554 5.7.1 not from you"
    with pytest.raises(CommandError, match=r"letter_refused .*not from you"):
        try_it()
    settings.SMTP = mailbox.known_as(mailbox.free_port())
    with pytest.raises(CommandError, match="server_unreachable"):
        try_it()
    settings.SMTP = {}
    with pytest.raises(CommandError, match="EMAIL_URL is not set"):
        try_it()
