"""An agent that proposes and names its model: another model earns anew, from its first proposal on."""

from datetime import timedelta

from approvals import agents
from approvals.models import Lane, Proposal
from runs.asking import outside
from runs.models import PromptTold
from tests import lanes
from tests.builders import a_proposal, now
from tests.runs.api.conftest import a_body
from tests.runs.running.telling import WORKER


def test_a_model_that_has_earned_nothing_passes_nothing_and_the_lane_begins_again(bot):
    lane = lanes.stand(a_proposal(bot.agent).lane, "full")
    told = [bot.propose(a_body(confidence=0.95, model=model)) for model in ("small-1", "small-2", "small-1")]
    kept = [Proposal.objects.get(pk=_pk(one)) for one in told]
    ruled = [next(one for one in row.rulings if one["gate"] == "rollout stage")["ruling"] for row in kept]
    assert ruled == ["allow", "ask", "allow"]
    assert [row.agent_version for row in kept][::2] == [bot.agent.version] * 2
    assert kept[1].agent_version.startswith(f"{bot.agent.version}+")

    assert outside.look(ours=[], actor=WORKER, now=now()) == 1
    assert Lane.objects.get(pk=lane.pk).stage == "shadow"
    lanes.stand(lane, "full")
    again = bot.propose(a_body(confidence=0.95, model="small-2"))
    assert Proposal.objects.get(pk=_pk(again)).agent_version == bot.agent.version  # it counts from now on


def test_one_that_was_away_while_another_read_comes_back_as_a_stranger(bot):
    lane = lanes.stand(a_proposal(bot.agent).lane, "full")
    for model in ("small-1", "small-2"):
        bot.propose(a_body(model=model))
    outside.look(ours=[], actor=WORKER, now=now())
    last_told("small-1", 9)
    last_told("small-2", 20)
    assert (
        propose(bot, "small-1").agent_version == bot.agent.version
    )  # both rested: nothing else has read since

    lanes.stand(lane, "full")
    last_told("small-1", 9)
    last_told("small-2", 2)
    stranger = propose(bot, "small-1")
    assert stranger.agent_version.startswith(f"{bot.agent.version}+") and stranger.state == "pending"
    assert outside.look(ours=[], actor=WORKER, now=now()) == 1
    assert Lane.objects.get(pk=lane.pk).stage == "shadow"
    for model in ("small-1", "small-2"):  # from now on the two count as one
        assert propose(bot, model).agent_version == bot.agent.version
    assert outside.look(ours=[], actor=WORKER, now=now()) == 0


def test_with_another_version_the_first_model_is_the_agents_own(bot):
    bot.propose(a_body(model="small-1"))
    agents.change(agent=bot.agent, version="99", tools=bot.agent.tools, actor=WORKER, now=now())
    bot.propose(a_body(model="small-2"))
    assert Proposal.objects.latest("id").agent_version == "99"
    assert outside.look(ours=[], actor=WORKER, now=now()) == 0


def propose(bot, model):
    return Proposal.objects.get(pk=_pk(bot.propose(a_body(confidence=0.95, model=model))))


def last_told(model, days):
    PromptTold.objects.filter(model=model).update(seen_at=now() - timedelta(days=days))


def _pk(answer):
    assert answer.status_code == 201, answer.content
    return next(row.pk for row in Proposal.objects.all() if row.public_id == answer.json()["id"])
