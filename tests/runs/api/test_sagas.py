"""POST /sagas: several writes at once, once per key, and read as they go."""

from approvals.models import Proposal
from runs.models import Saga
from tests.runs.api.conftest import a_body, pointers, problem


def a_saga(**changes):
    return {"title": "Both halves", "steps": [a_body(), a_body()]} | changes


def test_a_saga_is_kept_with_every_step(bot):
    answer = bot.post("/sagas", a_saga(), key="one")
    assert answer.status_code == 201
    told = answer.json()
    assert (told["state"], told["pivot"], len(told["steps"])) == ("running", None, 2)
    assert [step["saga"]["step"] for step in told["steps"]] == [1, 2]
    assert told["url"].endswith(f"/w/northwind/sagas/{told['id']}/")
    assert bot.get(f"/sagas/{told['id']}").json() == told
    one = bot.get(f"/proposals/{told['steps'][1]['id']}").json()
    assert one["saga"]["id"] == told["id"]


def test_the_same_key_replays_and_another_body_is_refused(bot):
    body = a_saga()
    first = bot.post("/sagas", body, key="one")
    again = bot.post("/sagas", body, key="one")
    assert (first.status_code, again.status_code) == (201, 200) and first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    problem(bot.post("/sagas", a_saga(), key="one"), 422, "idempotency-key-reused")
    assert (Saga.objects.count(), Proposal.objects.count()) == (1, 2)


def test_one_step_is_no_saga_and_an_unknown_tool_is_pointed_at(bot):
    assert pointers(bot.post("/sagas", a_saga(steps=[a_body()]))) == ["/steps"]
    assert pointers(bot.post("/sagas", a_saga(steps=[a_body(), a_body(tool="x.y")]))) == ["/steps/1/tool"]
    assert not Saga.objects.exists() and not Proposal.objects.exists()


def test_a_step_that_is_blocked_holds_the_rest_back_and_lies_in_a_case(bot):
    told = bot.post("/sagas", a_saga(steps=[a_body(arguments={"amount": "ten"}), a_body()])).json()
    assert [step["state"] for step in told["steps"]] == ["blocked", "pending"]


def test_nobody_reads_anothers_saga(bot, stranger, another):
    told = bot.post("/sagas", a_saga()).json()
    for who in (stranger, another):
        problem(who.get(f"/sagas/{told['id']}"), 404)


def test_keys_of_the_site_are_not_for_agents(bot):
    problem(bot.post("/sagas", a_saga(), key="saga:1"), 400)
