"""Which vendor a printed name means: through legal forms, scanners and aliases, and not by imitation."""

import pytest
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from runs.connectors.books import matching
from runs.connectors.books.matching import Match, Vendor, match
from tests.books import GARDENIA, Books

KNOWN = [
    Vendor("Gardenia Bakeries (KL) Sdn Bhd", ("Gardenia",), "6420"),
    Vendor("Charlock Office Ltd", (), "6300"),
    Vendor("Charlock Offices Lettings Ltd", (), "6200"),
    Vendor("Lindmoor Expeditie B.V.", ("Lindmoor",), "5200"),
    Vendor("Lindmoor Warehousing B.V.", (), "6200"),
    Vendor("Bürobedarf Wendelkamp GmbH", (), "6300"),
    Vendor("Tankhof Ellerbrück GmbH & Co. KG", (), "6430"),
    Vendor("Orrin & Daughters Hardware Co.", (), "6500"),
    Vendor("Ledgerloom, Inc.", (), "6310"),
    Vendor("Casa Brañuela, S.L.", (), "6420"),
    Vendor("Drukarnia Wierzbowiec Sp. z o.o.", (), "6340"),
    Vendor("株式会社千波亭", ("SENBATEI",), "6420"),
    Vendor("Kedai 88 Enterprise", (), "6420"),
    Vendor("BP", (), "6430"),
]


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Gardenia Bakeries (KL) Sdn Bhd", "Gardenia Bakeries (KL) Sdn Bhd"),
        ("GARDENIA BAKERIES (KL) SDN. BHD.", "Gardenia Bakeries (KL) Sdn Bhd"),
        ("GARDENIA BAKERIES (KL) SDN BHD (139386 X)", "Gardenia Bakeries (KL) Sdn Bhd"),
        ("GARDEN1A BAKER1ES (KL) SDN BHD", "Gardenia Bakeries (KL) Sdn Bhd"),
        ("GARDENIABAKERIES(KL)SDN BHD", "Gardenia Bakeries (KL) Sdn Bhd"),
        ("gardenia", "Gardenia Bakeries (KL) Sdn Bhd"),
        ("CHARLOCK OFFICE LIMITED", "Charlock Office Ltd"),
        ("Charlock Offices Lettings", "Charlock Offices Lettings Ltd"),
        ("Lindmoor", "Lindmoor Expeditie B.V."),
        ("LINDMOOR WAREHOUSING BV", "Lindmoor Warehousing B.V."),
        ("Buerobedarf Wendelkamp", "Bürobedarf Wendelkamp GmbH"),
        ("BÜROBEDARF WENDELKAMP GMBH", "Bürobedarf Wendelkamp GmbH"),
        ("Bu\u0308robedarf Wendelkamp", "Bürobedarf Wendelkamp GmbH"),
        ("Wendelkamp Bürobedarf", "Bürobedarf Wendelkamp GmbH"),
        ("TANKHOF ELLERBRUCK GMBH & CO KG", "Tankhof Ellerbrück GmbH & Co. KG"),
        ("0RRIN & DAUGHTERS HARDWARE C0.", "Orrin & Daughters Hardware Co."),
        ("0rr1n and Daughters Hardvvare", "Orrin & Daughters Hardware Co."),
        ("LEDGERLOOM INCORPORATED", "Ledgerloom, Inc."),
        ("L\u200bedgerloom\u200b Inc.   INVOICE", "Ledgerloom, Inc."),
        ("𝐋𝐞𝐝𝐠𝐞𝐫𝐥𝐨𝐨𝐦", "Ledgerloom, Inc."),
        ("CASA BRANUELA SL", "Casa Brañuela, S.L."),
        ("drukarnia wierzbowiec sp z o o", "Drukarnia Wierzbowiec Sp. z o.o."),
        ("千波亭", "株式会社千波亭"),
        ("Senbatei", "株式会社千波亭"),
        ("bp", "BP"),
    ],
)
def test_a_printed_name_finds_its_vendor(printed: str, name: str) -> None:
    found = match(printed, KNOWN)
    assert found.name == name
    assert found.account == next(vendor.account for vendor in KNOWN if vendor.name == name)


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "   ",
        "…",
        "Ltd",
        "Charlock",
        "Lindmoor Logistics B.V.",
        "Kedai 99 Enterprise",
        "HP",
        "Thornwick Lock & Key",
        "Charlock \u202eeciffO\u202c Ltd",
        "\u2067Charlock Office Ltd",
        "Сharlock Office Ltd",
        "Ledgerlοοm, Inc.",
        "☕️🌙",
    ],
)
def test_a_name_that_is_not_clearly_a_vendors_finds_none(printed: str) -> None:
    assert match(printed, KNOWN).name is None


def test_a_name_two_vendors_answer_to_finds_none() -> None:
    both = [Vendor("Otter Print Ltd"), Vendor("Otter Print GmbH")]
    assert match("Otter Print", both).name is None
    assert match("OTTER PRINT GMBH", both).name == "Otter Print GmbH"


def test_another_legal_form_is_less_sure() -> None:
    same = match("Ledgerloom Inc", KNOWN).score
    bare = match("Ledgerloom", KNOWN).score
    other = match("Ledgerloom GmbH", KNOWN).score
    assert same > bare > other


def test_without_vendors_there_is_no_match() -> None:
    assert match("Gardenia", []) == Match(None, 0.0)


@bounds(deadline=None)
@given(st.text())
def test_no_text_breaks_the_matching(printed: str) -> None:
    found = match(printed, KNOWN)
    assert 0 <= found.score <= 1
    assert found.name is None or found.score >= matching.ENOUGH


@bounds(deadline=None)
@given(st.text(min_size=1, max_size=120))
def test_a_vendor_is_found_by_its_own_name_unless_it_is_disguised(name: str) -> None:
    found = match(name, [Vendor(name)])
    assert found.name in (name, None)
    if name.isascii() and name.isalnum():
        assert found == Match(name, 1.0)


def test_vendors_are_those_of_the_company(books: Books) -> None:
    found = matching.vendors("northwind")
    assert [vendor.name for vendor in found] == ["Bürobedarf Wendelkamp GmbH", GARDENIA]
    assert found[1] == Vendor(GARDENIA, ("Gardenia",), "6420", "MYR", "MY")
    assert matching.vendors("nobody") == []
