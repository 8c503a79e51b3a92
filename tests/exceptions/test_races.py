"""Two people, or a person and a worker, at the same case in the same moment."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from django.utils import timezone

from approvals.models import Proposal
from exceptions import amendments, cases, opening, resolutions
from exceptions.models import Case, Occurrence, Resolution
from tests.builders import actor_of
from tests.exceptions.conftest import WORKER, kinds, open_case
from tests.people import Company

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act: Callable[[int], str], count: int) -> Counter:
    """What each of them met with, when all of them try."""

    def alone(number: int) -> str:
        try:
            return act(number)
        except (LookupError, ValueError) as error:
            return type(error).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        return Counter(pool.map(alone, range(count)))


def test_one_of_many_takes_it(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    people = [northwind.olu, northwind.ada]

    def take(number: int) -> str:
        member, own = people[number % 2], Case.objects.select_related("failure_class").get(pk=case.pk)
        return str(cases.take(case=own, member=member, actor=actor_of(member), now=timezone.now()).assignee)

    met = at_once(take, 8)

    holder = Case.objects.get().assignee.username
    assert met == {holder: 4, "AlreadyTaken": 4}


def test_one_of_many_amends_it(northwind: Company, a_blocked: Callable[..., Proposal]) -> None:
    a_blocked()
    pk = Occurrence.objects.get().pk

    def amend(number: int) -> str:
        occurrence = Occurrence.objects.select_related("case__failure_class", "proposal").get(pk=pk)
        amendments.amend(
            occurrence=occurrence, member=northwind.olu, arguments={"title": f"Typed {number}"}, note="",
            actor=actor_of(northwind.olu), now=timezone.now(),
        )  # fmt: skip
        return "amended"

    assert at_once(amend, 6) == {"amended": 1, "AlreadySettled": 5}
    assert Proposal.objects.count() == 2
    assert Resolution.objects.count() == 1


def test_counts_stay_exact_while_failures_come_and_go(northwind: Company) -> None:
    open_case(northwind.workspace)

    def come_or_go(number: int) -> str:
        if number % 2:
            return open_case(northwind.workspace).public_id
        one = Occurrence.objects.filter(disposition="open").order_by("?").first()
        if one is None:
            return "nothing"
        case = resolutions.settle_occurrence(
            occurrence=one, disposition="elsewhere", actor=WORKER, now=timezone.now()
        )
        return case.public_id

    at_once(come_or_go, 80)

    case = Case.objects.get()
    assert case.total_count == Occurrence.objects.count() == 41
    assert case.open_count == Occurrence.objects.filter(disposition="open").count()
    assert (case.state == "resolved") == (case.open_count == 0)
    assert kinds(case).count("occurrence.settled") == Resolution.objects.count()


def test_what_fails_anew_crosses_from_case_to_case_and_nobody_waits_in_a_circle(northwind: Company) -> None:
    causes = ["the period is closed", "no answer in time"]
    pair = [open_case(northwind.workspace, message=words) for words in causes]

    def fail_anew(number: int) -> str:
        left = pair[1 - number % 2]
        failure = opening.Failure(northwind.workspace, "posting.refused", causes[number % 2])
        with transaction.atomic():
            opening.open_many(failures=[failure], actor=WORKER, now=timezone.now(), along=[left.pk])
            settled = resolutions.settle_marked(
                case=left.pk,
                marks=list(left.occurrences.filter(disposition="open").values_list("pk", flat=True)[:1]),
                answer=resolutions.Answer("retried", WORKER, timezone.now(), None, "failed_again"),
            )
        return f"settled {settled}"

    assert sum(at_once(fail_anew, 60).values()) == 60
    assert Occurrence.objects.count() == 62
    assert sum(case.total_count for case in Case.objects.all()) == 62
