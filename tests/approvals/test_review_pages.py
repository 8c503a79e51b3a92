"""The pages around the decision: the way in, the queue, the item, and what they cost."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals import proposals
from approvals.models import Proposal
from approvals.submission import Exhibit
from runs import reversal
from runs.models import Execution
from tests import builders, people
from tests.approvals.reviewing import answer, queue, signed_in, url

MOST_QUERIES = 20 + 6  # of this floor, and what the rail asks of the floor above
NASTY = "<script>alert(1)</script>\u202e\x07{{ settings }}"


@pytest.fixture
def maria(northwind):
    return signed_in(northwind.maria)


def test_home_leads_to_the_only_workspace(maria):
    assert maria.get("/").url == queue()


def test_home_leads_who_is_signed_out_to_the_door(client, db):
    assert client.get("/").url.startswith(reverse("sign-in"))


def test_home_offers_a_choice_of_several(northwind, harbour):
    people.person(harbour.workspace, "maria", ["auditor"], timezone.now())
    page = signed_in(northwind.maria).get("/").text
    assert queue() in page and queue("harbour") in page


def test_who_belongs_nowhere_sees_nothing(client, django_user_model, northwind):
    client.force_login(django_user_model.objects.create_user("nobody"))
    page = client.get("/")
    assert (
        page.status_code == 200 and "No workspace knows you yet" in page.text and "Northwind" not in page.text
    )
    assert client.get(queue()).status_code == 404


def test_the_queue_opens_with_its_first_item(maria, northwind):
    now = timezone.now()
    later = builders.a_proposal(northwind.bot, expires_at=now + timedelta(hours=5))
    first = builders.a_proposal(northwind.bot, expires_at=now + timedelta(minutes=30))
    page = maria.get(queue()).text
    assert first.digest in page and later.digest not in page and later.public_id in page
    assert 'data-pane="list"' in page and "2 for you" in page


def test_an_item_has_its_own_address(maria, northwind):
    proposal = builders.a_proposal(northwind.bot)
    page = maria.get(url("proposal", proposal)).text
    assert proposal.digest in page and 'data-pane="item"' in page and f'id="row-{proposal.public_id}"' in page


def test_with_htmx_only_the_panes_come(maria, northwind):
    proposal = builders.a_proposal(northwind.bot)
    response = maria.get(url("proposal", proposal), HTTP_HX_REQUEST="true")
    assert "<html" not in response.text and proposal.digest in response.text
    assert "HX-Request" in response.headers["Vary"]


def test_an_empty_queue_says_why(maria, northwind):
    builders.a_proposal(northwind.bot, observed=False)
    builders.a_proposal(northwind.bot, proposed_by=northwind.maria.user_id)
    builders.a_proposal(
        northwind.bot, arguments={"title": "ungrounded"}, evidence=(Exhibit("text", "nothing"),)
    )
    page = maria.get(queue()).text
    assert "Everything you could sign is signed" in page
    for reason in ("waiting for another person", "being read by a worker", "open in exceptions"):
        assert re.search(rf"<dt>(<a [^>]*>)?{reason}(</a>)?</dt><dd>1</dd>", page), reason


@pytest.mark.parametrize("who", ["tess", "olu"])
def test_others_read_and_are_offered_no_buttons(northwind, who):
    proposal = builders.a_proposal(northwind.bot)
    page = signed_in(northwind.people[who]).get(url("proposal", proposal)).text
    assert proposal.headline in page and "Reviewers decide" in page
    assert url("decision", proposal) not in page and url("edit", proposal) not in page


@pytest.mark.parametrize("name", ["proposal", "edit"])
def test_strangers_find_nothing(northwind, harbour, client, name):
    proposal = builders.a_proposal(northwind.bot)
    dana = signed_in(harbour.dana)
    assert dana.get(url(name, proposal)).status_code == 404
    assert dana.get(reverse(name, args=["harbour", proposal.public_id])).status_code == 404
    assert client.get(url(name, proposal)).url.startswith(reverse("sign-in"))
    assert dana.get(queue()).status_code == 404


@pytest.mark.parametrize("public_id", ["prop_0", "exec_" + "0" * 32, "prop_" + "g" * 32, "x" * 300])
def test_an_id_that_is_none_is_not_found(maria, public_id):
    assert maria.get(reverse("proposal", args=["northwind", public_id])).status_code == 404


def test_evidence_is_marked_where_it_supports_a_value(maria, northwind):
    text = "Hello 🦊, chairs please, chairs!"
    start = text.index("chairs")
    spans = ({"field": "/title", "start": start, "end": start + 6},)
    proposal = builders.a_proposal(
        northwind.bot, title="chairs", evidence=(Exhibit("text", text, "Letter", spans=spans),)
    )
    page = maria.get(url("proposal", proposal)).text
    assert (
        'Hello 🦊, <mark class="m1" id="mark-1" data-pin="1"><a href="#pin-1">chairs</a></mark> please'
        in page
    )
    assert 'id="pin-1" href="#mark-1"' in page


def test_nothing_anybody_wrote_becomes_markup(maria, northwind):
    exhibits = tuple(
        Exhibit(kind, NASTY, NASTY, NASTY) for kind in ("text", "table", "record", "link", "image")
    )
    proposal = builders.a_proposal(
        northwind.bot, title="chairs" + NASTY, subject=NASTY, summary=NASTY, rationale=NASTY,
        evidence=(*exhibits, Exhibit("text", "chairs" + NASTY)),
    )  # fmt: skip
    for page in (maria.get(url("proposal", proposal)), maria.get(queue())):
        assert page.status_code == 200
        assert "<script>alert" not in page.text and "\u202e" not in page.text and "\x07" not in page.text
    edit = maria.get(url("edit", proposal)).text
    assert "<script>alert" not in edit and "Hidden in it" in edit and ">U+202E</span>" in edit


def test_links_in_evidence_are_not_links(maria, northwind):
    link = Exhibit("link", "https://evil.example/track.png", "A link", "https://evil.example")
    proposal = builders.a_proposal(northwind.bot, title="chairs", evidence=(Exhibit("text", "chairs"), link))
    page = maria.get(url("proposal", proposal)).text
    assert "evil.example" in page and 'href="https://evil' not in page and "<img" not in page


def test_what_a_reversal_would_undo_is_linked(northwind):
    done = builders.an_approved(northwind.bot, northwind.maria)
    row = Execution.objects.get(proposal=done)
    _succeed(row)
    asked = reversal.propose(
        execution=row, member=northwind.maria, reason="Entered twice", actor=builders.actor_of(northwind.maria),
        now=timezone.now(),
    )  # fmt: skip
    page = signed_in(northwind.ken).get(url("proposal", asked)).text
    assert "What it would undo" in page and url("proposal", done) in page and "asked for by maria" in page
    assert "Entered twice" in page


def _succeed(row: Execution) -> None:
    now = timezone.now()
    Execution.objects.filter(pk=row.pk).update(state="started", started_at=now, lease_epoch=1, claimed_by=1)
    Execution.objects.filter(pk=row.pk).update(
        state="succeeded", finished_at=now, receipt={"reference": "memo:1", "data": {"key": "k"}}, after={}
    )
    row.refresh_from_db()


def test_a_repeat_shows_what_it_repeats(maria, northwind):
    first = builders.a_proposal(northwind.bot, title="chairs")
    second = builders.a_proposal(northwind.bot, title="chairs")
    page = maria.get(url("proposal", second)).text
    assert "Looks like a repeat" in page and url("proposal", first) in page


@pytest.mark.parametrize(
    ("state", "words"), [("expired", "No person said no"), ("withdrawn", "Its agent took it back")]
)
def test_what_nobody_refused_is_not_called_refused(maria, northwind, state, words):
    at = timezone.now() - timedelta(hours=2)
    proposal = builders.a_proposal(northwind.bot, at=at, expires_at=at + timedelta(hours=1))
    if state == "expired":
        proposals.expire_due(actor=builders.actor_of(northwind.maria), now=timezone.now())
    else:
        proposals.withdraw(proposal=proposal, actor=builders.agent_actor(northwind.bot), now=timezone.now())
    page = maria.get(url("proposal", proposal)).text
    assert words in page and url("decision", proposal) not in page


def test_the_lanes_record_counts_what_people_decided(maria, northwind):
    for number in range(4):
        done = builders.a_proposal(northwind.bot, confidence=Decimal("0.92"))
        if number:
            answer(signed_in(northwind.ken), done)
        else:
            answer(signed_in(northwind.ken), done, "", reason_code="other")
    builders.approve(builders.a_proposal(northwind.bot, confidence=Decimal("0.99")), northwind.ken)
    proposal = builders.a_proposal(northwind.bot, confidence=Decimal("0.94"))
    page = maria.get(url("proposal", proposal)).text
    assert (
        "at 0.90–0.95 were approved unchanged" in page and "3 of 4" in page and "Too few to lean on" in page
    )


def test_the_cost_of_a_page_does_not_grow(maria, northwind, django_assert_max_num_queries):
    target = builders.a_proposal(northwind.bot)
    maria.get(queue())
    with django_assert_max_num_queries(MOST_QUERIES):
        maria.get(url("proposal", target))
    for _ in range(8):
        answer(maria, builders.a_proposal(northwind.bot))
        builders.a_proposal(northwind.bot, subject=target.subject)
    for path in (url("proposal", target), queue()):
        with django_assert_max_num_queries(MOST_QUERIES):
            maria.get(path)
    assert Proposal.objects.count() == 17
