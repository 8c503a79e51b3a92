"""Values and the texts that do or do not support them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals import grounding

SUPPORTED = [
    ("money", "54.19", "TOTAL PAYABLE: 54.19"),
    ("money", "1234.56", "Gesamtbetrag 1.234,56 €"),
    ("money", "1234.56", "TOTAL 1,234.56"),
    ("money", "1234.50", "CHF 1'234.50"),
    ("money", "1234.50", "1 234,50 zł"),
    ("money", "12800.00", "合計 ¥12,800"),
    ("money", "124500.00", "₹1,24,500.00"),
    ("money", "-49.32", "TOTAL CREDIT GBP (49.32)"),
    ("money", "6.00", "TOTAL 6"),
    ("money", "8.65", "3 x 2.88   8.65"),
    ("date", "2018-03-25", "25/03/2018 14:02"),
    ("date", "2018-03-25", "25-03-18"),
    ("date", "2018-03-25", "Mar 25, 2018"),
    ("date", "2018-03-25", "25MAR2018"),
    ("date", "2018-03-25", "25 março 2018"),
    ("date", "2018-03-25", "25. März 2018"),
    ("date", "2018-03-25", "2018年3月25日"),
    ("date", "2018-03-25", "20180325"),
    ("name", "Gardenia Bakeries (KL) Sdn Bhd", "GARDENIA BAKERIES (KL) SDN BHD (139386 X)"),
    ("name", "Café Müller GmbH", "CAFE MULLER"),
    ("name", "Mr. D.I.Y. Trading", "MR D I Y TRADING SDN BHD"),
]
UNSUPPORTED = [
    ("money", "54.19", "TOTAL PAYABLE: 541.9"),
    ("money", "1234.56", "1.23"),
    ("money", "garbage", "garbage"),
    ("date", "2018-03-25", "26/03/2018"),
    ("date", "2018-03-25", "25/04/2018"),
    ("date", "2018-03-25", "25 … and much later, on another line altogether, 03 … and 2018"),
    ("date", "not a date", "not a date"),
    ("name", "Gardenia Bakeries", "GUARDIAN HEALTH AND BEAUTY"),
]


@pytest.mark.parametrize(("kind", "value", "text"), SUPPORTED)
def test_a_printed_value_is_found(kind: str, value: str, text: str) -> None:
    assert grounding.found(kind, value, text)


@pytest.mark.parametrize(("kind", "value", "text"), UNSUPPORTED)
def test_a_value_that_is_not_printed_is_not_found(kind: str, value: str, text: str) -> None:
    assert not grounding.found(kind, value, text)


@given(st.sampled_from(["money", "date", "name", "text"]), st.text(), st.text())
def test_no_text_makes_it_stumble(kind: str, value: str, text: str) -> None:
    assert grounding.found(kind, value, text) in (True, False)


NUMBERS = st.from_regex(r"[1-9][0-9 .,']{0,12}[0-9]", fullmatch=True)


@given(st.lists(NUMBERS, min_size=1, max_size=5), st.decimals(-9999, 99999, places=2))
def test_looking_at_digits_first_finds_the_same_amounts(printed: list[str], value: Decimal) -> None:
    text = " and ".join(printed)
    meant = {amount for number in printed for amount in grounding._readings(number)}
    for one in (value, *meant):
        assert grounding.found("money", str(one), text) == (abs(one) in meant)


def test_digits_of_another_script_are_digits() -> None:
    assert grounding.found("money", "1234.50", "السعر ١٢٣٤.٥٠ درهم")
