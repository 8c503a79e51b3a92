"""The rail is drawn once for all pages that say the same, and never for another reader."""

import re

from django.urls import reverse

from approvals import rail
from tests import expenses


def shown(client, member, page="review"):
    client.force_login(member.user)
    return client.get(reverse(page, args=["northwind"])).text


def token(html):
    rail_itself = html[html.index('<nav class="rail"') : html.index("</nav>", html.index("Sign out"))]
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', rail_itself)[1]


def test_each_reader_reads_their_own_name_and_roles(client, northwind):
    assert "<b>Northwind Finance</b>maria · " in shown(client, northwind.maria)
    assert "<b>Northwind Finance</b>ken · " in shown(client, northwind.ken)


def test_each_page_has_a_token_of_its_own_with_which_one_signs_out(client, northwind):
    first, second = (token(shown(client, northwind.maria)) for _ in range(2))
    assert len(first) == len(second) == 64 and first != second
    client.handler.enforce_csrf_checks = True
    assert client.post(reverse("sign-out"), {"csrfmiddlewaretoken": second}).status_code == 302
    assert "_auth_user_id" not in client.session


def test_it_says_where_one_is(client, northwind):
    for page, address in (("review", "review"), ("cases", "cases"), ("runs", "runs"), ("figures", "runs")):
        current = re.findall(r'<a href="([^"]+)" aria-current="page"', shown(client, northwind.maria, page))
        assert reverse(address, args=["northwind"]) in current, page


def test_it_counts_anew_where_something_has_come(client, northwind):
    before = shown(client, northwind.maria)
    expenses.pending_at_once(northwind.bot, [1])
    assert '<span class="count" data-live="rail">1<' not in before
    assert '<span class="count" data-live="rail">1<' in shown(client, northwind.maria)


def test_a_page_belongs_to_one_section_at_most():
    at = rail.addresses("northwind")
    assert rail.section(at["switches"], at) == "settings"
    assert rail.section("/w/northwind/review/yours/", at) == "review"
    assert rail.section("/", at) == ""
