"""From the clock to the mailbox through a real worker process of its own."""

from datetime import time, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from config import cron
from runs.models import Letter
from tests.builders import a_proposal
from tests.config.scripts import until
from tests.exceptions.conftest import open_case
from tests.runs.notices import mailbox
from tests.runs.notices.calling_at import call, ends
from tests.workers import WorkerProcess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def always_at_work(maria):
    """Whatever the hour and the day this test runs at."""
    maria.works_from, maria.works_until, maria.works_on = time(0, 0), time(23, 59, 59), [1, 2, 3, 4, 5, 6, 7]
    maria.save()
    return maria


def test_a_worker_of_its_own_sends_what_the_clock_calls_for(
    always_at_work, northwind, post: mailbox.Mailbox, tmp_path: Path
):
    a_proposal(northwind.bot, at=timezone.now() - timedelta(minutes=1))
    call(open_case(northwind.workspace), [always_at_work], ["email"], timezone.now())
    known = {"EMAIL_URL": f"smtp://127.0.0.1:{post.port}", "SITE_URL": "https://sign.example.org"}
    clock = cron.the_clock()
    clock.enqueue_jobs()
    with WorkerProcess(tmp_path / "post.log", known, queues=("post",)):
        assert until(lambda: len(post.letters) == 2), (tmp_path / "post.log").read_text()
        assert until(lambda: Letter.objects.get().state == "sent" and ends()[0][1] == "delivered")
    assert sorted(letter["Subject"] for letter in post.letters) == [
        "1 waits for you in Northwind Finance",
        "A case waits for you in Northwind Finance",
    ]
