"""Single fields in many spellings."""

import pytest

from runs.workflows.expense.extract import extract


def receipt(
    *, head: str = "Blue Door Cafe", date: str = "Date: 2026-03-09", total: str = "TOTAL 12.50"
) -> str:
    return f"{head}\n{date}\nSoup 7.50\nTea 5.00\n{total}\n"


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("TOTAL 1,234.56", "1234.56"),
        ("Gesamtbetrag 1.234,56 €", "1234.56"),
        ("Total TTC 1 234,56 €", "1234.56"),
        ("Total CHF 1'234.50", "1234.50"),
        ("Total CHF 1’234.50", "1234.50"),
        ("合計 ¥12,340", "12340.00"),
        ("Grand Total ₹1,26,000.00", "126000.00"),
        ("Total Rs. 1,26,000/-", "126000.00"),
        ("Amount due: $88", "88.00"),
        ("Total: US$ 1,000", "1000.00"),
        ("Total CHF 45.-", "45.00"),
        ("Summe EUR 99,-", "99.00"),
        ("TOTAL RM12.50", "12.50"),
        ("TOTAL (RM): 12.50", "12.50"),
        ("T O T A L 12.50", "12.50"),
        ("BALANCE DUE 12.50", "12.50"),
        ("Importe total: 12,50 €", "12.50"),
        ("Te betalen € 12,50", "12.50"),
        ("Att betala 12,50 kr", "12.50"),
        ("ＴＯＴＡＬ　１２．５０", "12.50"),
        ("12.50 TOTAL", "12.50"),
        ("Total\n12.50", "12.50"),
    ],
)
def test_a_total_is_read_however_the_country_prints_it(printed: str, value: str) -> None:
    assert extract(receipt(total=printed)).total.value == value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("Datum: 31.12.2026", "2026-12-31"),
        ("Date: 2026-12-31", "2026-12-31"),
        ("2026/12/31 18:22", "2026-12-31"),
        ("2026年12月31日", "2026-12-31"),
        ("31 DEC 2026", "2026-12-31"),
        ("31-Dec-26", "2026-12-31"),
        ("December 31st, 2026", "2026-12-31"),
        ("31. Dezember 2026", "2026-12-31"),
        ("31 décembre 2026", "2026-12-31"),
        ("31 de diciembre de 2026", "2026-12-31"),
        ("1. März 2026", "2026-03-01"),
        ("Le 4 août 2026", "2026-08-04"),
        ("12/31/2026", "2026-12-31"),
        ("31/12/26 9:05 PM", "2026-12-31"),
        ("DATE:31/12/202614:05", "2026-12-31"),
        ("20261231", "2026-12-31"),
    ],
)
def test_a_date_is_read_in_every_common_form(printed: str, value: str) -> None:
    assert extract(receipt(date=printed)).date.value == value


@pytest.mark.parametrize(
    "printed", ["31/02/2026", "99-99-2026", "Tel 03-5542-3322", "10.20.30.40", "1/2", "0000-00-00"]
)
def test_what_no_calendar_has_is_not_a_date(printed: str) -> None:
    assert extract(receipt(date=printed)).date.value is None


def test_the_country_decides_between_day_and_month() -> None:
    american = extract(receipt(head="Corner Store\nAustin, TX 78701", date="03/04/2026"))
    british = extract(receipt(head="Corner Store\nLondon", date="03/04/2026"))
    unknown = extract(receipt(date="03/04/2026"))
    assert (american.date.value, british.date.value) == ("2026-03-04", "2026-04-03")
    assert american.date.confidence > 0.9 and british.date.confidence > 0.9
    assert unknown.date.confidence <= 0.5


def test_another_date_of_the_document_settles_the_order_of_day_and_month() -> None:
    found = extract(receipt(date="Date: 04/03/2026\nDelivered: 02/28/2026")).date
    assert found.value == "2026-04-03"


def test_the_invoice_date_is_preferred_to_the_due_date() -> None:
    assert extract(receipt(date="Due date: 2026-04-09\nInvoice date: 2026-03-09")).date.value == "2026-03-09"


def test_a_due_date_alone_is_a_weak_answer() -> None:
    assert extract(receipt(date="Due date: 2026-04-09")).date.confidence < 0.5


@pytest.mark.parametrize(
    ("head", "total", "code"),
    [
        ("Shop", "TOTAL €5.00", "EUR"),
        ("Shop", "TOTAL GBP 5.00", "GBP"),
        ("Shop\nSydney NSW 2000", "TOTAL $5.00", "AUD"),
        ("Shop\nToronto, Canada", "TOTAL $5.00", "CAD"),
        ("Kedai Sdn Bhd\nJalan Satu, Kuala Lumpur", "TOTAL 5.00", "MYR"),
        ("Shop", "TOTAL HK$5.00", "HKD"),
        ("Shop\nStockholm, Sverige", "TOTAL 5,00 kr", "SEK"),
        ("Shop", "TOTAL (USD) 5.00", "USD"),
        ("Shop", "TOTAL 5.00", None),
        ("Shop", "TOTAL 5,00 kr", None),
    ],
)
def test_the_currency_comes_from_code_sign_or_country_and_is_never_assumed(
    head: str, total: str, code: str | None
) -> None:
    assert extract(receipt(head=head, total=total)).currency.value == code


def test_a_dollar_sign_without_a_country_is_a_weak_guess() -> None:
    assert extract(receipt(total="TOTAL $5.00")).currency.confidence <= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Bistro Nord\nSoup 4.00\nBread 2.00\n",
        "Bistro Nord\nDate: 2026-01-02\n",
        "Bistro Nord\nSUBTOTAL\nTOTAL\nVISA\n",
        "Bistro Nord\nTOTAL ITEMS 3\nTOTAL QTY 4.00\n",
        "",
    ],
)
def test_without_a_printed_total_the_answer_is_cannot_tell(text: str) -> None:
    total = extract(text).total
    assert (total.value, total.confidence, total.start, total.end) == (None, 0.0, None, None)


@pytest.mark.parametrize(
    "lines",
    [
        "SUBTOTAL 11.98\nROUNDING 0.02\nTOTAL 12.00\nCASH 20.00\nCHANGE 8.00",
        "TOTAL 11.98\nROUNDING ADJ 0.02\nNETT TOTAL 12.00\nCASH 12.00\nCHANGE 0.00",
        "Net amount 10.00\nVAT 2.00\nTotal 12.00",
        "Total 10.00\nSales tax 2.00\nGrand total 12.00",
        "Total 12.00\nPaid 5.00\nBalance due 7.00",
        "TOTAL 12.00\nTOTAL SAVINGS 30.00\nTOTAL ITEMS 3",
        "TOTAL EXCL. VAT 10.00\nVAT 20% 2.00\nTOTAL INCL. VAT 12.00\nCARD 12.00",
        "Amount due 0.00\nTotal 12.00\nPaid 12.00",
    ],
)
def test_the_total_is_told_from_its_parts(lines: str) -> None:
    found = extract(f"Shop\nDate 2026-01-02\n{lines}\n")
    assert found.total.value == "12.00"
    assert found.total.confidence >= 0.9
    assert not found.consistency.totals_conflict


def test_two_totals_that_nothing_explains_are_a_conflict_and_lower_the_confidence() -> None:
    found = extract("Shop\nSoup 7.50\nTOTAL 7.50\nThank you\nTOTAL 99.00\n")
    assert found.consistency.totals_conflict
    assert found.consistency.other_total in {"7.50", "99.00"}
    assert found.total.confidence < 0.7


def test_parts_that_cannot_make_the_total_are_a_contradiction() -> None:
    right = extract("Shop\nSubtotal 100.00\nVAT 20.00\nTotal 120.00\n").consistency
    wrong = extract("Shop\nSubtotal 100.00\nVAT 20.00\nTotal 150.00\n").consistency
    assert right.net_and_tax_hold is True and not right.sum_contradicts
    assert wrong.net_and_tax_hold is False and wrong.sum_contradicts


def test_item_lines_that_do_not_add_up_are_a_contradiction() -> None:
    right = extract("Shop\nSoup 4.00\nBread 2.00\nTotal 6.00\n").consistency
    wrong = extract("Shop\nSoup 4.00\nBread 2.00\nTotal 9.00\n").consistency
    assert right.lines_hold is True and not right.sum_contradicts
    assert wrong.lines_hold is False and wrong.sum_contradicts


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("TAX INVOICE\nHollow Tree Ltd\n5 Mill Lane", "Hollow Tree Ltd"),
        ("HARBOUR & SONS TRADING\nSDN BHD (123456-X)\nNO 4, JALAN BESAR", "HARBOUR & SONS TRADING SDN BHD"),
        ("The Old Forge\nForge Hospitality Ltd\n1 Hill Road", "Forge Hospitality Ltd"),
        ("Invoice\nSupplier: Quill & Ink Co\nBill to: Acme GmbH", "Quill & Ink Co"),
        ("Bill to:\nAcme GmbH\nHafenstr. 1\n20095 Hamburg\nKlarwasser AG\nSeeweg 2", "Klarwasser AG"),
        ("Café Über\nHauptstr. 5\n50667 Köln", "Café Über"),
        ("MOON BAKERY 000965911-P\n117, JALAN SATU", "MOON BAKERY"),
        ("*** WELCOME ***\nGreen Grocer\n12 High Street", "Green Grocer"),
    ],
)
def test_the_vendor_is_the_issuer_as_printed(head: str, name: str) -> None:
    assert extract(receipt(head=head)).vendor.value == name


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("Invoice No: INV-2026/118", "INV-2026/118"),
        ("RECEIPT #: 004412", "004412"),
        ("Rechnungsnummer: RE-77", "RE-77"),
        ("Facture n° F2026-9", "F2026-9"),
        ("Factura nº: A-778", "A-778"),
        ("領収書番号: 8891", "8891"),
        ("BILL NO : CS 1803/19", "CS 1803/19"),
        ("Order no. 5\nInvoice no. 6", "6"),
        ("THANK YOU", None),
    ],
)
def test_the_document_number_is_read_from_its_label(printed: str, number: str | None) -> None:
    assert extract(receipt(date=printed)).document.value == number
