"""An agent asks for a dry run: told how it ended, and nothing of what the target holds."""

from approvals import switches
from approvals.actors import worker
from approvals.models import LedgerEntry
from runs import drain
from runs.models import Execution, Rehearsal
from tests.builders import a_proposal, approve, now
from tests.runs.api.conftest import problem


def ask(bot, row):
    return bot.post(f"/proposals/{row.public_id}/rehearsal", key=None)


def test_it_is_asked_for_once_and_told_with_the_proposal(bot):
    row = a_proposal(bot.agent)
    assert bot.get(f"/proposals/{row.public_id}").json()["rehearsal"] is None
    first, second = ask(bot, row), ask(bot, row)
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json()["state"] == "waiting" and Rehearsal.objects.count() == 1
    drain.drain(linger=0, longest=0.5)
    told = bot.get(f"/proposals/{row.public_id}").json()
    assert (told["rehearsal"]["ending"], told["rehearsal"]["stale"]) == ("read", False)
    assert "memos" not in str(told["rehearsal"]), "what the target holds is not the agent's to read"
    assert told["state"] == "pending" and not Execution.objects.exists()
    entry = LedgerEntry.objects.get(kind="rehearsal.asked")
    assert (entry.actor_kind, entry.actor) == ("agent", f"agent:{bot.agent.id.hex}")


def test_a_tool_it_was_not_given_is_not_reached_through_it(bot):
    row = a_proposal(bot.agent)
    bot.agent.tools = ["books.post_expense"]
    bot.agent.save(update_fields=["tools"])
    assert problem(ask(bot, row), 403)["code"] == "tool_not_allowed"
    assert not Rehearsal.objects.exists()


def test_another_agents_proposal_does_not_exist(bot, harbour):
    row = a_proposal(harbour.bot)
    problem(ask(bot, row), 404)
    assert not Rehearsal.objects.exists()


def test_what_is_settled_has_nothing_to_rehearse(bot, northwind):
    row = approve(a_proposal(bot.agent), northwind.maria, verdict="reject", reason_code="other")
    assert problem(ask(bot, row), 409)["code"] == "nothing_to_rehearse"


def test_a_pulled_switch_is_told(bot, northwind):
    row = a_proposal(bot.agent)
    switches.pull(of=northwind.workspace, actor=worker("test"), now=now())
    assert problem(ask(bot, row), 409)["code"] == "switch_pulled"


def test_a_get_asks_for_nothing(bot):
    row = a_proposal(bot.agent)
    assert bot.get(f"/proposals/{row.public_id}/rehearsal").status_code == 405
    assert not Rehearsal.objects.exists()
