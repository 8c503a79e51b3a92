"""Prompt versions side by side: shares, the same version for the same input, a way back in one click, figures."""

from collections import Counter

import pytest

from approvals import actors, canonical
from approvals.models import LedgerEntry
from runs.asking import comparing, mixes, versions
from runs.llm import prompts
from runs.models import ModelCall, PromptMix
from tests.approvals.administering import at, signed_in
from tests.builders import a_proposal, approve, now
from tests.people import Company

pytestmark = pytest.mark.django_db
NAME, TEST = "extract_expense", actors.worker("test")


def choose(company: Company, shares: dict[int, int]) -> PromptMix:
    return mixes.choose(
        workspace=company.workspace, prompt=NAME, shares=shares, by=company.ada.user_id, actor=TEST, now=now()
    )


def drawn(company: Company, many: int = 300) -> dict[str, int]:
    told = {"workspace_id": company.workspace.pk, "slug": "northwind", "prompt": NAME}
    digests = [canonical.text_digest(str(number)) for number in range(many)]
    return {digest: versions.choose(input_digest=digest, **told).version for digest in digests}


def test_an_input_keeps_its_version_and_a_larger_share_takes_none_away(northwind: Company) -> None:
    assert set(drawn(northwind, 20).values()) == {1}  # a trial version is nobody's until it is chosen
    choose(northwind, {1: 80, 2: 20})
    first = drawn(northwind)
    assert first == drawn(northwind) and 35 < Counter(first.values())[2] < 85
    choose(northwind, {1: 50, 2: 50})
    second = drawn(northwind)
    assert all(second[digest] == 2 for digest, version in first.items() if version == 2)
    mixes.go_back(workspace=northwind.workspace, prompt=NAME, version=1, by=None, actor=TEST, now=now())
    assert set(drawn(northwind, 50).values()) == {1}
    told = LedgerEntry.objects.filter(kind="prompt.chosen").order_by("id")
    digests = {str(one.version): one.digest for one in prompts.versions(NAME)}
    assert told.count() == 3 and told[0].data["versions"]["2"] == {"share": 20, "digest": digests["2"]}


@pytest.mark.parametrize("shares", [{1: 50}, {1: 50, 7: 50}, {1: 150, 2: -50}, {}])
def test_shares_that_make_no_whole_change_nothing(northwind: Company, shares: dict[int, int]) -> None:
    with pytest.raises(mixes.NotAWhole):
        choose(northwind, shares)
    assert not PromptMix.objects.exists()


def a_call(company: Company, version: int, **more) -> ModelCall:
    told = {
        "prompt": NAME,
        "model": "m",
        "prompt_digest": "d",
        "input_digest": "i",
        "cost": "0.01",
        "latency_ms": 900,
    }
    return ModelCall.objects.create(
        workspace=company.workspace,
        prompt_version=version,
        asked_at=now(),
        attempts=1,
        tokens_in=10,
        **told | more,
    )


def test_versions_are_compared_by_what_people_signed(northwind: Company) -> None:
    for verdict in ("approve", "approve", "edit", "reject"):
        row = a_proposal(northwind.bot)
        a_call(northwind, 1, proposal=row.id)
        told = {"verdict": verdict, "reason_code": "other" if verdict == "reject" else ""}
        if verdict == "edit":
            told["arguments"] = row.arguments | {"amount": "11.00"}
        approve(row, northwind.maria, **told)
    a_call(northwind, 2, cost=None)
    a_call(northwind, 2, error="model_refused")
    found = comparing.of(northwind.workspace, NAME, now())
    one, two = found[1], found[2]
    assert (one.judged, one.right.count, one.edited.count, one.rejected.count) == (4, 2, 1, 1)
    assert one.right.low < 0.5 < one.right.high and one.right.interval == "15 to 85 %"
    assert (two.judged, two.unpriced, two.failed, str(two.each)) == (0, 1, 1, "0.01000000")


def test_an_admin_sees_both_and_goes_back_in_one_click(northwind: Company) -> None:
    browser, page = signed_in(northwind.ada), at("settings-prompt", NAME)
    a_call(northwind, 1)
    assert browser.post(at("settings-prompt-share", NAME), {"v1": 70, "v2": 30}).status_code == 303
    assert "30 % of inputs" in browser.get(page).text
    assert "must make 100" in browser.post(at("settings-prompt-share", NAME), {"v1": 70, "v2": 70}).text
    assert browser.post(at("settings-prompt-back", NAME, 1)).status_code == 303
    assert versions.shares(versions.in_force(northwind.workspace.pk, NAME), NAME) == {1: 100}
    assert signed_in(northwind.maria).get(page).status_code == 403
    posted = browser.post(at("settings-budget-set"), {"kind": "money:month", "amount": "20"})
    assert posted.status_code == 303
    assert "USD 20.00 a month" in browser.get(at("settings-models")).text
    asked = {"second_model": "gpt-5-mini", "keep_days": 3, "seen": 0}
    assert [browser.post(at("settings-model-terms"), asked).status_code for _ in range(2)] == [303, 422]
