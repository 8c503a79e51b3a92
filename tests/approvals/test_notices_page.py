"""One's own notices: read by oneself, put away by oneself, and where letters go."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.models import LedgerEntry, Notice
from approvals.telling import notices
from tests.approvals.administering import at, signed_in
from tests.builders import a_proposal, now

pytestmark = pytest.mark.django_db


def tell(member, kind="assigned", **more) -> None:
    notices.tell(workspace_id=member.workspace_id, users=[member.user_id], kind=kind, now=now(), **more)


def read(member, slug="northwind", **query) -> str:
    answer = signed_in(member).get(at("notices", slug=slug), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_leads_to_its_page(northwind):
    proposal = a_proposal(northwind.bot, title="Fix the gate")
    tell(northwind.maria, proposal=proposal, by=northwind.ken.user_id)
    tell(northwind.maria, "second_wanted", proposal=proposal, count=4)
    tell(northwind.maria, "cover_began", by=northwind.ken.user_id)
    page = read(northwind.maria)
    assert "<b>ken</b> gave you <b>" in page and "Fix the gate" in page
    assert f'href="/w/northwind/review/{proposal.public_id}/"' in page
    assert "4 second signatures are wanted" in page and 'href="/w/northwind/review/?view=second"' in page
    assert "You stand in for <b>ken</b> from today" in page


@pytest.mark.parametrize("kind", notices.KINDS)
@pytest.mark.parametrize("count", [1, 7])
def test_every_kind_has_a_sentence_and_a_page(northwind, kind, count):
    tell(northwind.ada, kind, proposal=a_proposal(northwind.bot), by=northwind.ken.user_id, count=count)
    page = read(northwind.ada)
    assert "Unread: " in page and "{" not in page.partition('class="notices"')[2].partition("</ol>")[0]


def test_a_notice_outlives_who_gave_it_and_what_it_was_about(northwind):
    tell(northwind.maria)
    assert "<b>A colleague</b> gave you <b>an item</b>" in read(northwind.maria)


def test_a_headline_is_text(northwind):
    tell(northwind.maria, proposal=a_proposal(northwind.bot, title="<script>alert(1)</script>{by}\u202e"))
    page = read(northwind.maria)
    assert (
        "<script>alert" not in page and "&lt;script&gt;" in page and "{by}" in page and "\u202e" not in page
    )


def test_reading_marks_nothing_and_the_rail_counts(northwind):
    tell(northwind.maria)
    for _ in range(2):
        assert '<span class="count">1<span class="vh"> unread' in read(northwind.maria)


def test_all_read_is_all_that_was_on_the_page(northwind):
    tell(northwind.maria)
    seen = Notice.objects.get().pk
    tell(northwind.maria, "sent_back")
    answer = signed_in(northwind.maria).post(at("notices-read"), {"upto": seen})
    assert answer.status_code == 303 and answer["Location"] == at("notices")
    assert Notice.objects.get(read_at=None).kind == "sent_back"


def test_one_puts_away_only_ones_own(northwind, harbour):
    tell(northwind.maria)
    newest = Notice.objects.get().pk
    signed_in(northwind.ken).post(at("notices-read"), {"upto": newest})
    assert signed_in(harbour.dana).post(at("notices-read"), {"upto": newest}).status_code == 404
    assert notices.unread_count(northwind.maria) == 1


@pytest.mark.parametrize("upto", ["", "all", "-1", "9" * 30, "٣"])
def test_an_odd_place_is_no_place(northwind, upto):
    assert signed_in(northwind.maria).post(at("notices-read"), {"upto": upto}).status_code == 404


def test_looking_is_not_a_change_and_changing_is_not_a_look(northwind):
    client = signed_in(northwind.maria)
    assert client.get(at("notices-read")).status_code == client.get(at("notices-address")).status_code == 405
    assert client.post(at("notices")).status_code == 405
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(northwind.maria.user)
    assert guarded.post(at("notices-read"), {"upto": 1}).status_code == 403


def test_a_stranger_finds_nothing_and_nobody_signed_in_is_sent_to_sign_in(northwind, harbour):
    assert signed_in(harbour.dana).get(at("notices")).status_code == 404
    assert "/sign-in/" in Client().get(at("notices"))["Location"]


def test_pages_follow_each_other(northwind):
    Notice.objects.bulk_create(
        Notice(
            workspace=northwind.workspace, user=northwind.maria.user, kind="sent_back",
            created_at=now() - timedelta(minutes=number),
        )
        for number in range(60)
    )  # fmt: skip
    first = read(northwind.maria)
    assert first.count("<time") == 50
    older = first.partition("?before=")[2].partition('"')[0]
    assert read(northwind.maria, before=older).count("<time") == 10
    assert signed_in(northwind.maria).get(at("notices"), {"before": "x"}).status_code == 404


def test_the_page_costs_the_same_however_many_there_are(northwind):
    client, costs = signed_in(northwind.maria), []
    for many in (1, 30):
        for _ in range(many):
            tell(northwind.maria, "sent_back", proposal=a_proposal(northwind.bot), by=northwind.ken.user_id)
        with CaptureQueriesContext(connection) as asked:
            client.get(at("notices"))
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 14


def test_ones_own_address_is_ones_own_to_give(northwind, settings):
    settings.LETTERS_ENABLED = True
    client = signed_in(northwind.maria)
    assert b"No address is known" in client.get(at("notices")).content
    answer = client.post(at("notices-address"), {"address": "maria@northwind.example"})
    assert answer.status_code == 303
    northwind.maria.user.refresh_from_db()
    assert northwind.maria.user.email == "maria@northwind.example"
    assert b"You are written to: once a working day." in client.get(at("notices")).content
    entry = LedgerEntry.objects.get(kind="member.address_changed")
    assert entry.data == {"user": northwind.maria.user_id, "known": True}
    assert entry.actor == f"user:{northwind.maria.user_id}"
    client.post(at("notices-address"), {"address": "maria@northwind.example"})
    assert LedgerEntry.objects.filter(kind="member.address_changed").count() == 1


@pytest.mark.parametrize("address", ["maria", "maria@here\nBcc: all@example.org", "a@b.example, c@d.example"])
def test_what_is_no_address_is_refused_with_a_sentence(northwind, address):
    answer = signed_in(northwind.maria).post(at("notices-address"), {"address": address})
    assert answer.status_code == 422 and b"This is no address a letter could be sent to" in answer.content
    northwind.maria.user.refresh_from_db()
    assert northwind.maria.user.email == ""


def test_where_no_mail_server_is_known_the_page_says_so(northwind):
    assert "This site sends no e-mail" in read(northwind.maria)


def test_an_auditor_reads_their_own(northwind):
    tell(northwind.tess, "letters_failing", by=northwind.maria.user_id)
    assert "A letter to <b>maria</b> could not be delivered" in read(northwind.tess)
