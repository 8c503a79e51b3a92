"""Sorting by words: what is learnt, what cannot be told, and that quotations count for nothing."""

import json

import pytest

from runs.demo.company import lines
from runs.workflows.tickets import examples, learning, message, quoting
from tests import measure_tickets, shared_data

PAIRS = [(row["text"], row["label"]) for row in lines("labelled_northwind.jsonl") if "text" in row]
OWN = {
    "email_iPhone": "Here is another email", "email_1_7": ":+1:", "email_headers_no_delimiter": "And another reply!",
    "email_1_3": "Oh thanks.\n\nHaving the function would be great.\n\n-Abhishek Kona",
    "email_sent_from_my_not_signature": "Sent from my desk, is much easier then my mobile phone.",
    "email_2_1": "Outlook with a reply", "email_2_2": "Outlook with a reply directly above line",
    "email_1_6": "I get proper rendering as well.", "email_one_is_not_on": "Locally (on development), when I run...",
    "pathological": "get back to a computer.", "email_bullets": "- and another", "email_1_5": "for a while.",
    "email_multi_word_sent_from_my_mobile_device": "Here is another email",
    "email_sig_delimiter_in_middle_of_line": "And here is a fix -- this is not a signature.\n\nkthxbai",
}  # fmt: skip


def test_the_same_examples_teach_the_same_and_say_how_well() -> None:
    one, two = learning.learn(PAIRS), learning.learn(PAIRS)
    assert one.judged == two.judged and one.examples == len(PAIRS) == 60
    assert one.judged.right >= 0.6 * one.judged.n > 5
    assert one.sort("Where is the money for our invoice? It is overdue") == two.sort(
        "Where is the money for our invoice? It is overdue"
    )


@pytest.mark.parametrize(
    "text", ["", "12345 67890", "Привет, как дела", "lovely weather on the third floor", "\u202e!!"]
)
def test_what_no_example_speaks_of_cannot_be_told(text: str) -> None:
    assert learning.learn(PAIRS).sort(text) is None


def test_labels_that_contradict_each_other_make_it_unsure() -> None:
    torn = PAIRS + [("When will our invoice be paid?", "expenses")] * 3
    sure, unsure = (
        learning.learn(pairs).sorter.sort("When will our invoice be paid?") for pairs in (PAIRS, torn)
    )
    assert unsure.confidence < sure.confidence


@pytest.mark.parametrize(
    "few", [PAIRS[:19], [(text, "one") for text, _ in PAIRS], [("same", "a"), ("same", "b")] * 20]
)
def test_too_few_teach_nothing(few: list[tuple[str, str]]) -> None:
    with pytest.raises(learning.TooFew):
        learning.learn(few)


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"text": "x"}', '{"label": 3}', '{"label": "a", "text": 1}', '{"label": NaN}']
)
def test_a_file_that_cannot_be_read_says_which_line(line: str) -> None:
    good = json.dumps({"text": "x", "label": "a"})
    with pytest.raises(examples.UnreadableExamples, match="Line 2"):
        examples.read([good, line])


def test_real_mails_are_told_apart_from_what_they_quote() -> None:
    rows = (
        {row["name"]: row["text"] for row in shared_data.objects("nasty/emails.jsonl")}
        if shared_data.is_here()
        else {}
    )
    if not rows:
        pytest.skip("the shared data is not on this machine")
    for name, text in rows.items():
        own = quoting.own_words(text)
        assert own.text.rstrip().endswith(OWN[name]), name
        assert (
            "".join(text[first:last] for first, last in own.spans).strip() == own.text.strip() or own.quoted
        )


def test_a_forward_with_nothing_of_ones_own_is_read_whole_and_long_mails_in_linear_time() -> None:
    assert quoting.own_words("> all of it\n> quoted\n").text == "> all of it\n> quoted\n"
    told = message.read(
        {"id": "1", "from": "Ada <ada@example.org>", "text": "On Monday " * 9_000 + "\n> x" * 2_000}
    )
    assert told.own.text and told.address == "ada@example.org"


def test_real_messages_are_sorted_as_measured() -> None:
    rows = measure_tickets.examples(*measure_tickets.FILES[0][1:])
    if not rows:
        pytest.skip("the shared data is not on this machine")
    it = learning.learn(rows).judged
    assert it.n > 1_400 and it.right / it.n > 0.78 and it.answered_right / it.answered > 0.86
