"""What reviewers wait for, from the server, while the queue is long and the history longer; and Django admin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals import holds
from approvals.models import Hold, Membership, Proposal
from approvals.waiting import choosing, offers
from approvals.waiting.places import Place
from config import memory
from tests.bench import site
from tests.bench.crowd import Crowd
from tests.bench.site import Latency

LOOKS = 100
AHEAD = 3  # what a page claims: the item and the two after it
HTMX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Cost:
    """How long, in how many queries."""

    latency: Latency
    queries: int = 0


def measure(crowd: Crowd, *, looks: int = LOOKS) -> dict[str, Cost]:
    """Every figure by its name. Answers ``looks`` proposals and leaves everything else as it was."""
    client = signed_in(crowd.company.maria.user)
    slug = crowd.workspace.slug
    queue = reverse("review", args=[slug])
    rows = list(offered(crowd.company.maria)[: 2 * (looks + site.WARM)])
    half = (len(rows) + looks) // 2
    return {
        "queue page": _pages(client, [queue] * looks),
        "item page": _pages(client, [_item(slug, row) for row in rows[:looks]]),
        "queue by risk": _pages(client, [f"{queue}?order=risk"] * looks),
        "queue by money": _pages(client, [f"{queue}?order=money"] * looks),
        "queue, one risk": _pages(client, [f"{queue}?risk=high"] * looks),
        "queue, settled": _pages(client, [f"{queue}?view=settled"] * looks),
        "queue, searched": _pages(client, [f"{queue}?q=Vendor+0{n % 20:02}" for n in range(looks // 4)]),
        "live counts": _pages(client, [reverse("review-counts", args=[slug])] * looks),
        "claim of three": _claims(crowd.company.maria, looks),
        "heartbeat, two items sent ahead": _beats(client, slug, rows[:looks]),
        "decision, next item with it": _decisions(client, slug, rows[looks:half]),
        "decision in the flow": _decisions(client, slug, rows[half:], ahead=AHEAD - 1),
    }


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=site.BACKEND)
    return client


def offered(member: Membership) -> QuerySet[Proposal]:
    return offers.offered(member, timezone.now()).order_by(*offers.ORDERS[offers.DEADLINE])


def _item(slug: str, row: Proposal) -> str:
    return reverse("proposal", args=[slug, row.public_id])


def _pages(client: Client, addresses: Sequence[str]) -> Cost:
    def seen(address: str) -> None:
        answer = client.get(address)
        assert answer.status_code == 200, f"{address} answered {answer.status_code}"

    return cost([lambda url=url: seen(url) for url in addresses], warm=lambda: seen(addresses[0]))


def _claims(member: Membership, looks: int) -> Cost:
    """As the page does it; what was claimed is let go outside the clock."""
    waits = []

    def claim() -> None:
        now = timezone.now()
        (rows,) = choosing.onward(member, Place(), now, None)
        holds.claim(member=member, rows=rows, want=AHEAD, now=now)

    for _ in range(looks):
        waits.append(site.seconds(claim))
        Hold.objects.filter(reviewer=member.user_id).delete()
    return Cost(Latency.of(waits))


def _beats(client: Client, slug: str, rows: Sequence[Proposal]) -> Cost:
    """What the page says of itself every so often, when both items beside the open one are missing."""
    address = reverse("holds", args=[slug])

    def beat(row: Proposal) -> None:
        answer = client.post(address, {"open": row.public_id}, headers=HTMX)
        assert answer.status_code == 200, f"a heartbeat was answered {answer.status_code}"

    found = cost([lambda row=row: beat(row) for row in rows[1:]], warm=lambda: beat(rows[0]))
    Hold.objects.all().delete()
    return found


def _decisions(client: Client, slug: str, rows: Sequence[Proposal], *, ahead: int = 0) -> Cost:
    """One signature after another, as the page sends them; the answer holds the next item, or in the flow what is
    missing of the items ``ahead``.
    """

    def decide(number: int) -> None:
        row, told = (
            rows[number],
            {"verdict": "approve", "seen_digest": rows[number].digest, "seen_ms": "4000"},
        )
        names = ",".join(other.public_id for other in rows[number + 1 : number + 1 + ahead])
        headers = HTMX | ({"X-Ahead": names} if ahead else {})
        answer = client.post(reverse("decision", args=[slug, row.public_id]), told, headers=headers)
        assert answer.status_code == 200, f"a decision was answered {answer.status_code}"

    last = len(rows) - max(ahead, 1)
    first = iter(range(site.WARM))
    work = [lambda number=number: decide(number) for number in range(site.WARM, last)]
    found = cost(work, warm=lambda: decide(next(first)))
    Hold.objects.all().delete()
    return found


def cost(work: Sequence[Callable[[], None]], *, warm: Callable[[], None]) -> Cost:
    for _ in range(site.WARM):
        warm()
    memory.settle()
    waits = [site.seconds(one) for one in work[:-1]]
    with CaptureQueriesContext(connection) as asked:
        waits.append(site.seconds(work[-1]))
    return Cost(Latency.of(waits), len(asked))


def admin(crowd: Crowd, *, looks: int = 10) -> dict[str, Cost]:
    """Django admin's pages over the same rows."""
    client = signed_in(User.objects.create_superuser(f"admin-{crowd.workspace.slug}"))
    changes = reverse("bench-admin:approvals_proposal_changelist")
    items = [
        reverse("bench-admin:approvals_proposal_change", args=[row.pk])
        for row in offered(crowd.company.maria)[:looks]
    ]
    return {
        "queue page": _pages(client, [f"{changes}?state__exact=pending"] * looks),
        "item page": _pages(client, items),
        "queue, settled": _pages(client, [f"{changes}?state__exact=approved&o=-8"] * looks),
        "queue, searched": _pages(
            client, [f"{changes}?q=Vendor+0{n % 20:02}" for n in islice(cycle(range(20)), looks)]
        ),
    }
