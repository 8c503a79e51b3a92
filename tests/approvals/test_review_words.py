"""Figures and sentences: exact, whole, and calm."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals import ledger, timeline, wording
from approvals.models import LedgerEntry, Proposal
from approvals.showing import changes, record
from approvals.statistics import bounds
from approvals.waiting import rows

MONEY = [
    ("1208.40", "MYR", "MYR 1,208.40"), ("-5", "EUR", "EUR -5"), ("0.10", "", "0.10"), ("1E+3", "JPY", "JPY 1,000"),
    ("12345678.000", "EUR", "EUR 12,345,678.000"), ("a lot", "EUR", "EUR a lot"), ("NaN", "EUR", "EUR NaN"),
    (3, "X", "X 3"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "currency", "words"), MONEY)
def test_money_keeps_every_digit(value, currency, words):
    assert wording.money(value, currency) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "0 s"), (40, "40 s"), (60, "1 min"), (38 * 60, "38 min"), (100 * 60, "1 h 40"), (7200, "2 h"),
     (8 * 3600 + 60, "8 h"), (47 * 3600, "47 h"), (72 * 3600, "3 days")],
)  # fmt: skip
def test_spells_of_time_fit_a_glance(seconds, words):
    assert wording.spell(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("reversibility", "deadline", "words"),
    [("exact", "2026-11-30", "Can be undone exactly until 30 November 2026"),
     ("compensating", "the parcel is handed over", "Can be undone by a counter-entry until the parcel is handed over"),
     ("exact", None, "Can be undone exactly"), ("none", "2026-11-30", "Cannot be undone"),
     ("odd", None, "Cannot be undone"),
     ("exact", "2026-02-31", "Can be undone exactly until 2026-02-31")],
)  # fmt: skip
def test_the_way_back_is_said_with_its_deadline(reversibility, deadline, words):
    assert wording.way_back(reversibility, deadline) == words


@pytest.mark.parametrize(
    ("deadline", "words"),
    [("2027-01-31", "Can be voided until 31 January"), ("2028-01-31", "Can be voided until 31 January 2028"),
     ("2026-02-31", "Can be voided until 2026-02-31")],
)  # fmt: skip
def test_the_way_back_names_the_year_only_where_it_could_be_another(deadline, words):
    assert wording.way_back("exact", deadline, own="Can be voided", today=date(2026, 11, 21)) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [("2026-09-01", "2026-09-30", "1 to 30 September 2026"),
     ("2026-12-01", "2027-01-31", "1 December 2026 to 31 January 2027"),
     ("2026-01-01", "2026-12-31", "1 January to 31 December 2026"),
     ("2026-02-31", "2026-03-01", ""), (None, "2026-03-01", "")],
)  # fmt: skip
def test_two_days_are_said_as_one_stretch(first, last, words):
    assert wording.span(first, last) == words


def test_days_in_a_sentence_are_said_in_words():
    prose = (
        "The period 2026-05-01 to 2026-05-31 is closed, 2026-02-31 is no day, INV-2026-05-011 no day either"
    )
    assert wording.days_said(prose) == (
        "The period 1 May 2026 to 31 May 2026 is closed, 2026-02-31 is no day, INV-2026-05-011 no day either"
    )


@pytest.mark.parametrize(
    ("figure", "words"),
    [("0.500", "0.5"), ("0.850", "0.85"), ("1.000", "1"), ("100", "100"), ("many", "many")],
)
def test_a_figure_is_said_without_the_zeros_it_does_not_need(figure, words):
    assert wording.plain_number(figure) == words


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [("2017-10-26", "date", "26 October 2017"), ("soon", "date", "soon"), ("54.19", "money", "MYR 54.19"),
     (True, "flag", "yes"), (False, "flag", "no"), (7, "number", "7"), (None, "text", "nothing"),
     ("", "text", "nothing"),
     (0, "number", "0"), ("2026-10-01T10:00:00+00:00", "moment", "1 October 2026, 10:00"),
     ([{"item": "tea", "each": 2}], "json", "1:\n· Item: tea\n· Each: 2"), ({"a": {}}, "json", "A: nothing")],
)  # fmt: skip
def test_values_are_said_by_their_kind_and_never_cut(value, kind, words):
    assert changes.said(value, kind, "MYR") == words
    long = "x" * 50_000
    assert changes.said(long, "text") == long


def test_names_become_labels():
    assert [wording.label(name) for name in ("invoice_number", "dueDate", "total", "", "VAT")] == [
        "Invoice number", "Due Date", "Total", "", "VAT",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(0, 0, 0, 1), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (171, 188, 0.8598, 0.9427)],
)
def test_wilsons_interval(right, n, low, high):
    assert bounds.wilson(right, n) == pytest.approx((low, high), abs=5e-4)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_drawing_stays_inside_its_frame(counts):
    right, n = counts
    shown = record.Record("0.80–0.85", right, n)
    low, width, share = float(shown.low_x), float(shown.range_x), float(shown.share_x)
    assert 0 <= low <= share + 0.1 and share <= low + width + 0.1 and low + width <= 100.1
    assert shown.low <= shown.share <= shown.high or n < 3


def test_bands_are_named_by_their_numbers():
    assert record.band_words(16) == "0.80–0.85" and record.band_words(None) == "no stated confidence"


AT = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)


def entry(kind: str, actor: str = "user:7", actor_kind: str = "person", **data: object) -> LedgerEntry:
    return LedgerEntry(kind=kind, at=AT, actor=actor, actor_kind=actor_kind, data=data)


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (entry("proposal.submitted", "agent:1", "agent"), "bot proposed it"),
        (entry("proposal.submitted", "agent:1", "agent", reverses="exec_1"), "bot proposed it to undo an execution"),
        (entry("proposal.ruled", "agent:1", "agent", ruling="ask", quorum=2, stops=["amount", "rate_and_spend"]),
         "The gates asked for two signatures: amount and rate and spend"),
        (entry("decision.recorded", verdict="approve"), "maria signed"),
        (entry("decision.recorded", verdict="edit", changed=["total", "day"]),
         "maria changed total and day and signed"),
        (entry("decision.recorded", verdict="reject", reason="duplicate"),
         "maria rejected it: already done or proposed"),
        (entry("decision.recorded", "policy:3", "policy", verdict="approve"), "The policy let it pass"),
        (entry("proposal.approved", release_at="2026-11-21T14:02:10+00:00"), "Approved; it may run from 14:02:10"),
        (entry("decision.undone"), "maria took the approval back"),
        (entry("execution.succeeded", "worker:1", "worker", reference="expense:5"), "Written, receipt expense:5"),
        (entry("execution.started", "worker:1", "worker", attempt=2), "A worker set out to write, attempt 2"),
        (entry("case.opened", "worker:1", "worker"), "A case was opened"),
        (entry("case.taken"), "Somebody took the case, by maria"),
        (entry("decision.recorded", "user:99", verdict="approve"), "somebody signed"),
    ],
)  # fmt: skip
def test_facts_become_sentences(fact, sentence):
    assert timeline.sentence(fact, {"user:7": "maria"}, "bot") == sentence


def test_every_kind_of_fact_has_a_sentence():
    for kind in ledger.KINDS:
        assert timeline.sentence(entry(kind), {}, "bot")


def test_a_no_is_not_told_twice():
    told = timeline.tell(
        [entry("decision.recorded", verdict="reject"), entry("proposal.rejected")], {}, "bot"
    )
    assert [event.tone for event in told] == ["stop"]


def test_a_line_names_the_weightiest_reason():
    ruling = {"ruling": "ask", "reason": "r", "measured": "0.7", "limit": "0.9", "quorum": 1}
    lane = ruling | {"gate": "rollout stage"}
    assert rows.first_asking([lane, ruling | {"gate": "confidence"}])["gate"] == "confidence"
    assert (
        rows.first_asking([ruling | {"gate": "confidence"}, ruling | {"gate": "amount", "quorum": 2}])[
            "quorum"
        ]
        == 2
    )
    assert rows.first_asking([lane | {"ruling": "allow"}]) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("subject", "tool", "words"),
    [("receipt:NW-1", False, "NW-1 · confidence 0.5"), ("receipt:NW-1", True, "t.do NW-1 · confidence 0.5"),
     ("", False, "t.do · confidence 0.5"), ("receipt:" + "9" * 40, False, "t.do · confidence 0.5")],
)  # fmt: skip
def test_a_line_says_what_tells_it_from_its_neighbours(subject, tool, words):
    now = datetime(2026, 11, 21, tzinfo=UTC)
    asking = {"gate": "confidence", "ruling": "ask", "reason": "r", "measured": "0.500", "limit": "0.850"}
    proposal = Proposal(
        tool="t.do",
        subject=subject,
        state="pending",
        quorum=1,
        observed_at=now,
        expires_at=now,
    )
    vars(proposal)["asking"] = [asking]  # as the list fetches it
    assert rows.row(proposal, url="/", now=now, current=False, tool=tool).why == words


def test_a_day_in_words():
    assert wording.day(date(2026, 3, 1)) == "1 March 2026"
