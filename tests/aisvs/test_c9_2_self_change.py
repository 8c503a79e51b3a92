"""OWASP AISVS 1.0, 9.2.5: policy, prompt and credential changes that widen an agent's freedom need two people."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals import actors, agents, limits, policies
from approvals.models import Agent, Change, LedgerEntry, Limit, Membership, Policy, Stay, Token, Workspace
from runs.asking import budgets, versions
from runs.models import ModelBudget
from tests import lanes, people
from tests.approvals.administering import TERMS, at, facts, id_of, signed_in
from tests.approvals.test_settings_tokens import SECRET

TEST = actors.worker("test")
TWO = people.ROLES | {"eve": ["admin", "reviewer"]}


@pytest.fixture
def northwind(db, board):
    """With two admins: ada, and eve."""
    return people.company("northwind", "Northwind Finance", timezone.now(), TWO)


def press(member, name, *args, **form):
    return signed_in(member).post(at(name, *args), form)


def told(member):
    return signed_in(member).get(at("settings-changes")).text


def confirm(member, change=None):
    return press(member, "settings-change-confirm", (change or Change.objects.latest("id")).pk)


def a_policy(company, **terms):
    given = {"undo_seconds": 30, "quorum": 2, "block_above": Decimal(1000), "currency": "EUR"} | terms
    return policies.set_policy(
        workspace=company.workspace, tool="memo.write", actor=TEST, now=timezone.now(), **given
    )


FORM = TERMS | {"seen": "1", "undo_seconds": "30", "quorum": "2", "block_above": "1000", "currency": "EUR"}


def set_policy(member, **terms):
    return press(member, "settings-policy-set", "memo.write", **FORM | terms)


@pytest.mark.parametrize(
    "looser",
    [{"quorum": "1"}, {"confidence_floor": "0.5"}, {"block_above": "2000"}, {"block_above": ""}, {"patience": "100"},
     {"undo_seconds": "5"}, {"currency": "JPY"}, {"future_days": "30"}, {"breaker_failures": "50"},
     {"working_hours": "on"}],
)  # fmt: skip
def test_9_2_5_a_looser_policy_waits_for_the_second_admin(northwind, looser):
    a_policy(northwind)
    assert set_policy(northwind.ada, **looser).status_code == 303
    assert Policy.objects.count() == 1 and Change.objects.get().state == "proposed"
    assert confirm(northwind.eve).status_code == 303
    made = policies.newest(workspace=northwind.workspace, tool="memo.write")
    assert (made.version, made.created_by_id) == (2, northwind.eve.user_id)
    kinds = [(kind, who) for kind, who, _ in facts("change.proposed", "change.confirmed", "policy.set")]
    ada, eve = f"user:{northwind.ada.user_id}", f"user:{northwind.eve.user_id}"
    assert kinds == [("change.proposed", ada), ("policy.set", eve), ("change.confirmed", eve)]


@pytest.mark.parametrize(
    "stricter",
    [{"quorum": "3"}, {"block_above": "500"}, {"ask_above": "1"}, {"undo_seconds": "90"}, {"protected": "Acme"},
     {"breaker_failures": "2"}],
)  # fmt: skip
def test_9_2_5_a_stricter_policy_takes_effect_at_once(northwind, stricter):
    a_policy(northwind)
    set_policy(northwind.ada, **stricter)
    assert Policy.objects.count() == 2 and not Change.objects.exists()


def test_9_2_5_who_proposed_it_cannot_confirm_it(northwind):
    a_policy(northwind)
    set_policy(northwind.ada, quorum="1")
    assert "Another admin has to confirm it" in told(northwind.ada)
    confirm(northwind.ada)
    assert Policy.objects.count() == 1 and Change.objects.get().state == "proposed"
    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.update(state="confirmed", settled_by=northwind.ada.user, settled_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.update(payload={})


def test_9_2_5_what_changed_meanwhile_cannot_be_confirmed(northwind):
    a_policy(northwind)
    set_policy(northwind.ada, block_above="5000")
    a_policy(northwind, block_above=Decimal(10))
    assert "Overtaken" in told(northwind.eve)
    confirm(northwind.eve)
    assert Policy.objects.count() == 2 and Change.objects.get().state == "proposed"
    press(northwind.eve, "settings-change-withdraw", Change.objects.get().pk)
    assert Change.objects.get().state == "withdrawn" and len(facts("change.withdrawn")) == 1
    confirm(northwind.eve)
    assert facts("change.confirmed") == []


def test_9_2_5_an_agent_gets_no_tool_and_no_other_prompt_by_one_admin(northwind):
    bot = northwind.bot
    for form in (
        {"version": "1.0", "tools": [*bot.tools, "memo.erase"]},
        {"version": "2", "tools": bot.tools},
    ):
        press(northwind.ada, "settings-agent-change", id_of(bot), **form)
        assert Agent.objects.get().version == "1.0" and Agent.objects.get().tools == bot.tools
        press(northwind.ada, "settings-change-withdraw", Change.objects.latest("id").pk)
    press(northwind.ada, "settings-agent-change", id_of(bot), version="2", tools=bot.tools)
    confirm(northwind.eve)
    assert Agent.objects.get().version == "2"
    press(northwind.ada, "settings-agent-change", id_of(bot), version="2", tools=["memo.write"])
    assert Agent.objects.get().tools == ["memo.write"]


def test_9_2_5_a_token_does_nothing_until_a_second_admin_confirms_it(northwind):
    answer = press(northwind.ada, "settings-token-issue", id_of(northwind.bot), days=30)
    [secret] = SECRET.findall(answer.text)
    assert "until another admin confirms it" in answer.text
    with pytest.raises(agents.NotRecognised):
        agents.recognise(secret=secret, now=timezone.now())
    assert secret.split("_", 2)[2] not in told(northwind.eve) + str(Change.objects.values().get())
    confirm(northwind.eve)
    token = agents.recognise(secret=secret, now=timezone.now())
    assert token.agent == northwind.bot and token.expires_at > timezone.now() + timedelta(days=29)


def test_9_2_5_limits_are_raised_and_retired_by_two_and_set_and_lowered_by_one(northwind):
    form = {"place": "workspace:", "kind": "writes:hour", "burst": "", "currency": ""}
    for amount in ("100", "50"):
        press(northwind.ada, "settings-limit-set", **form, amount=amount)
    assert [limit.amount for limit in limits.in_force(northwind.workspace.pk)] == [50]
    press(northwind.ada, "settings-limit-set", **form, amount="80")
    press(northwind.ada, "settings-limit-retire", Limit.objects.latest("id").pk)
    assert [limit.amount for limit in limits.in_force(northwind.workspace.pk)] == [50]
    raised, retired = Change.objects.order_by("id")
    confirm(northwind.eve, raised)
    assert [limit.amount for limit in limits.in_force(northwind.workspace.pk)] == [80]
    confirm(northwind.eve, retired)  # it spoke of the one that is gone
    assert [limit.amount for limit in limits.in_force(northwind.workspace.pk)] == [80]


def test_9_2_5_a_lane_rises_by_two_on_its_evidence_and_falls_by_one(northwind):
    lane = lanes.stand(lanes.a_lane(northwind), "partial_10", at=timezone.now() - timedelta(days=20))
    press(northwind.ada, "lane-up", lane.pk, reason="It went well", seen="partial_10")
    assert not Change.objects.exists()  # what is not earned is not even proposed
    Stay.objects.filter(lane=lane, left_at__isnull=True).update(sprt=-3.0, audited=150)
    press(northwind.ada, "lane-up", lane.pk, reason="It went well", seen="partial_10")
    lane.refresh_from_db()
    assert lane.stage == "partial_10"
    confirm(northwind.eve)
    lane.refresh_from_db()
    assert lane.stage == "partial_25"
    press(northwind.eve, "lane-down", lane.pk, reason="Too soon", stage="shadow", seen="partial_25")
    lane.refresh_from_db()
    assert lane.stage == "shadow"


def test_9_2_5_budgets_for_models_are_raised_and_retired_by_two(northwind):
    for amount in ("20", "10"):
        press(northwind.ada, "settings-budget-set", kind="money:month", amount=amount)
    press(northwind.ada, "settings-budget-set", kind="money:month", amount="50")
    press(northwind.ada, "settings-budget-retire", ModelBudget.objects.latest("id").pk)
    assert [one.amount for one in budgets.in_force(northwind.workspace.pk)] == [10]
    raised, retired = Change.objects.order_by("id")
    confirm(northwind.eve, raised)
    confirm(northwind.eve, retired)  # it spoke of the one that is gone
    assert [one.amount for one in budgets.in_force(northwind.workspace.pk)] == [50]


def test_9_2_5_another_prompt_reads_by_two_and_the_way_back_takes_one(northwind):
    def shares():
        return versions.shares(
            versions.in_force(northwind.workspace.pk, "extract_expense"), "extract_expense"
        )

    press(northwind.ada, "settings-prompt-share", "extract_expense", v1="80", v2="20")
    assert shares() == {1: 100} and "version 2: 20 %" in told(northwind.eve)
    confirm(northwind.ada)  # her own
    confirm(northwind.eve)
    assert shares() == {1: 80, 2: 20}
    press(northwind.ada, "settings-prompt-back", "extract_expense", 1)
    assert shares() == {1: 100}


def test_9_2_5_a_lane_may_be_wrong_more_often_by_two_and_less_often_by_one(northwind):
    lane = lanes.a_lane(northwind)
    form = {"reason": "It costs little", "seen": "0.050"}
    press(northwind.ada, "lane-limit-set", lane.pk, limit="8", **form)
    lane.refresh_from_db()
    assert str(lane.epsilon) == "0.050" and "at most 8 %" in told(northwind.eve)
    confirm(northwind.eve)
    lane.refresh_from_db()
    assert str(lane.epsilon) == "0.080"
    press(northwind.ada, "lane-limit-set", lane.pk, limit="2", reason="It costs much", seen="0.080")
    lane.refresh_from_db()
    assert str(lane.epsilon) == "0.020" and lane.promises.count() == 2


def test_9_2_5_nobody_makes_their_own_second_admin_nor_sends_the_other_away(northwind):
    press(northwind.ada, "settings-person-roles", northwind.ken.pk, roles=["admin"])
    press(northwind.ada, "settings-person-roles", northwind.eve.pk, roles=["reviewer"])
    admins = Membership.objects.filter(roles__contains=["admin"])
    assert set(admins.values_list("user__username", flat=True)) == {"ada", "eve"}
    kens, eves = Change.objects.order_by("id")
    confirm(northwind.eve, kens)
    confirm(northwind.ada, eves)  # her own
    assert admins.count() == 3


def test_9_2_5_the_rule_itself_is_switched_off_by_two_and_on_by_one(northwind):
    press(northwind.ada, "settings-change-rule", on="0")
    assert Workspace.objects.get().two_people
    confirm(northwind.eve)
    assert not Workspace.objects.get().two_people and "One admin suffices" in told(northwind.ada)
    press(northwind.ada, "settings-token-issue", id_of(northwind.bot), days=30)
    assert Token.objects.count() == 1
    press(northwind.ada, "settings-change-rule", on="1")
    assert Workspace.objects.get().two_people


def test_9_2_5_a_single_admin_can_work_and_the_page_says_so(harbour):
    dana = signed_in(harbour.dana)
    assert "has no other" in dana.get(at("settings-changes", slug="harbour")).text
    dana.post(at("settings-token-issue", id_of(harbour.bot), slug="harbour"), {"days": 30})
    assert Token.objects.count() == 1 and not Change.objects.exists()


def test_9_2_5_a_proposal_of_somebody_who_is_no_admin_any_more_is_worth_nothing(northwind):
    a_policy(northwind)
    set_policy(northwind.ada, quorum="1")
    Membership.objects.filter(pk=northwind.ada.pk).update(roles=["reviewer"])
    Membership.objects.filter(pk=northwind.ken.pk).update(roles=["admin"])
    confirm(northwind.eve)
    assert Policy.objects.count() == 1


def test_9_2_5_neither_agents_nor_others_reach_a_change(northwind):
    a_policy(northwind)
    set_policy(northwind.ada, quorum="1")
    change = Change.objects.get()
    secret = agents.issue_token(agent=northwind.bot, actor=TEST, now=timezone.now())
    dana = people.harbour(timezone.now()).dana
    url = at("settings-change-confirm", change.pk)
    for member, code in ((northwind.maria, 403), (northwind.tess, 403), (dana, 404)):
        assert signed_in(member).post(url).status_code == code
    assert signed_in(dana).post(at("settings-change-confirm", change.pk, slug="harbour")).status_code == 404
    assert signed_in(northwind.eve).get(url).status_code == 405
    from_agent = signed_in(northwind.maria)
    from_agent.logout()
    assert from_agent.post(url, headers={"Authorization": f"Bearer {secret}"}).status_code in (302, 303, 403)
    assert Policy.objects.count() == 1 and Change.objects.get().state == "proposed"
    assert not LedgerEntry.objects.filter(kind="change.confirmed").exists()
