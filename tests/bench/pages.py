"""The reviewer's pages from the server, with a long queue."""

from django.test import Client
from django.urls import reverse

from config import memory
from tests import expenses
from tests.bench import site
from tests.bench.site import Latency
from tests.people import Company


def measure(company: Company, *, many: int, looks: int = 100) -> dict[str, Latency]:
    pending = expenses.pending_at_once(company.bot, site.fresh(many))
    client = Client()
    client.force_login(company.maria.user, backend=site.BACKEND)
    slug = company.workspace.slug
    queue = reverse("review", args=[slug])
    items = [reverse("proposal", args=[slug, proposal.public_id]) for proposal in pending[:looks]]
    return {"queue page": measured(client, [queue] * looks), "item page": measured(client, items)}


def measured(client: Client, addresses: list[str]) -> Latency:
    """Each asked for once, by a process that has been at work for a while, as the web's has."""
    for _ in range(site.WARM):
        _seen(client, addresses[0])
    memory.settle()
    return Latency.of([site.seconds(lambda url=url: _seen(client, url)) for url in addresses])


def _seen(client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 200, f"{url} answered {answer.status_code}"
