"""An empty list never says that there is no work while there is some: every row that waits is told of once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.waiting import paging, view_empty
from approvals.waiting.places import Place
from tests import builders
from tests.approvals.queueing import give, hold, set_aside, waiting
from tests.approvals.reviewing import queue as queue_url
from tests.approvals.reviewing import signed_in


def figures(text):
    """What the page counts, by what it says of it."""
    found = re.findall(r"<dt>(?:<a href=\"([^\"]*)\">)?([^<]*)(?:</a>)?</dt><dd>([^<]*)</dd>", text)
    return {label: (count, link.replace("&amp;", "&")) for link, label, count in found}


def test_each_row_that_waits_is_told_of_once(northwind, two_must_sign):
    maria, ken, ada = northwind.maria, northwind.ken, northwind.ada
    held, kept, signed, given, own, reading = (
        waiting(northwind),
        waiting(northwind),
        waiting(northwind),
        waiting(northwind),
        builders.a_proposal(northwind.bot, proposed_by=maria.user_id),
        builders.a_proposal(northwind.bot, observed=False),
    )
    hold(held, ken)
    back = timezone.now() + timedelta(minutes=90)
    set_aside(kept, maria, until=back)
    hold(kept, ada)
    builders.approve(signed, maria)
    give(given, maria, ken)
    assert own.pk and reading.pk
    reasons = view_empty.reasons(maria, timezone.now())
    assert reasons == {"held": 1, "aside": 1, "second": 1, "given": 1, "others": 1, "reading": 1}
    told = figures(signed_in(maria).get(queue_url()).text)
    assert told["waiting for you"][0] == "0"
    assert told["held by ken"] == ("1", queue_url(view="held"))
    aside = next(label for label in told if label.startswith("set aside by you until"))
    assert told[aside] == ("1", queue_url(view="aside"))
    for label in ("waiting for a second person", "given to colleagues", "waiting for another person"):
        assert told[label][0] == "1"
    assert told["being read by a worker"][0] == "1"


def test_what_was_set_aside_is_found_again_with_its_time(northwind):
    proposal = waiting(northwind, "Chairs")
    until = timezone.now() + timedelta(minutes=30)
    set_aside(proposal, northwind.maria, until=until)
    maria = signed_in(northwind.maria)
    assert figures(maria.get(queue_url()).text)
    listed = maria.get(queue_url(view="aside")).text
    assert f'id="row-{proposal.public_id}"' in listed and "set aside until" in listed


def test_who_holds_something_is_said_on_its_row(northwind):
    proposal = waiting(northwind)
    hold(proposal, northwind.ken)
    text = signed_in(northwind.maria).get(queue_url(view="all")).text
    assert "<em>ken looks at it</em>" in text


@pytest.mark.parametrize("who", ["maria", "ken", "ada", "olu", "tess"])
def test_the_figures_add_up_to_everything_that_waits(northwind, two_must_sign, who):
    maria, ken = northwind.maria, northwind.ken
    rows = [waiting(northwind) for _ in range(5)]
    hold(rows[0], ken)
    set_aside(rows[1], maria)
    give(rows[2], maria, ken)
    builders.approve(rows[3], maria)
    member, now = northwind.people[who], timezone.now()
    offered = len(paging.page(member, Place(), now).rows)
    assert sum(view_empty.reasons(member, now).values()) + offered == 5


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ({"view": "second"}, "No second signature is wanted from you"),
        ({"view": "given"}, "Nobody has given you anything"),
        ({"view": "aside"}, "You have set nothing aside"),
        ({"view": "held"}, "Nobody else has anything open"),
        ({"view": "settled"}, "Nothing has been settled yet"),
        ({"view": "mine"}, "Everything you could sign is signed"),
        ({"view": "all"}, "Nothing waits here"),
    ],
)
def test_each_view_says_what_its_emptiness_means(northwind, query, title):
    assert title in signed_in(northwind.maria).get(queue_url(**query)).text


def test_a_filter_that_leaves_nothing_says_what_it_hides(northwind):
    waiting(northwind)
    text = signed_in(northwind.maria).get(queue_url(risk="high")).text
    assert "Nothing here passes these filters" in text and "1 wait in this tab without it" in text
    assert f'href="{queue_url(view="mine")}"' in text and "Show all of this tab" in text


def test_a_page_behind_which_nothing_is_left_begins_again(northwind):
    first, last = waiting(northwind, hours=1), waiting(northwind, hours=2)
    text = signed_in(northwind.maria).get(queue_url(after=last.public_id)).text
    assert f'id="row-{first.public_id}"' in text and f'id="row-{last.public_id}"' in text
