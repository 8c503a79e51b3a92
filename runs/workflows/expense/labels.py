"""What the words beside an amount make of it: the total, a part of it, the money handed over."""

import re
from enum import StrEnum
from functools import lru_cache

from runs.workflows.expense.vocabulary import words


class Role(StrEnum):
    """The part an amount plays on a receipt."""

    PAYABLE = "payable"
    TOTAL = "total"
    GROSS = "gross"
    SUBTOTAL = "subtotal"
    NET = "net"
    TAX = "tax"
    CHARGE = "charge"
    AMOUNT = "amount"
    TENDER = "tender"
    BALANCE = "balance"
    CHANGE = "change"
    ROUNDING = "rounding"
    DISCOUNT = "discount"
    COUNT = "count"
    PART = "part"
    OTHER = "other"


_SUM = words(
    "TOTA* TOTT* TOT SUMME* SUMMA* GESAMT* JUMLAH SUMA RAZEM 合計 総計 総額 合计 합계", r"\bT ?O ?T ?A ?L\b"
)
_PAYABLE = words(
    """GRAND_TOTAL GRANDTOTAL FINAL_TOTAL TOTAL_NET TOTAL_NETT INVOICE_TOTAL INVOICE_AMOUNT BILL_TOTAL BILL_AMOUNT
    ORDER_TOTAL ORDER_AMOUNT TOTAL_INVOICE TOTAL_BILL PAYABLE TO_PAY TO_BE_PAID PLEASE_PAY
    GESAMTBETRAG GESAMTSUMME RECHNUNGSBETRAG* RECHNUNGSSUMME ENDBETRAG ENDSUMME ZU_ZAHLEN* ZU_BEZAHLEN ZAHLBETRAG
    BRUTTOBETRAG BRUTTOSUMME TOTAL_TTC TOTAL_T.T.C* NET_A_PAYER A_PAYER MONTANT_TTC MONTANT_TOTAL MONTANT_DU
    TOTAL_A_PAGAR A_PAGAR IMPORTE_TOTAL TOTAL_FACTURE TOTAL_FACTURA TOTALE_COMPLESSIVO TOTALE_FATTURA
    TOTALE_DA_PAGARE TOTALE_DOCUMENTO TE_BETALEN ATT_BETALA A_BETALE TOTAAL DO_ZAPLATY VALOR_TOTAL TOTAL_GERAL
    JUMLAH_PERLU* JUMLAH_BESAR JUMLAH_KESELURUHAN 請求額 請求金額 お会計 お買上計 お買上げ計 お買上金額 総合計
    应付 總計""",
    r"\b(?:TOTAL|AMOUNT|AMT|SUM) (?:AMOUNT |AMT |SUM )?(?:DUE|ROUNDED|OWED|OWING)\b",
    r"\bROUNDED (?:TOTAL|AMOUNT)",
    r"\bTOTAL (?:SALES )?AFTER\b",
    r"\bTOTAL \w{1,9} ROUNDED",
)
_SUBTOTAL = words(
    """SUBTOT* SUB_TOT* SUB-TOT* SUB.TOT* SUBT ZWISCHENSUMME SOUS-TOTAL SOUS_TOTAL SUMA_PARCIAL 小計 小计
    MERCHANDISE_TOTAL ITEM_TOTAL ITEMS_TOTAL"""
)
_TAX = words(
    """GST CGST SGST IGST SST VAT PST HST QST TVA TVQ TPS IVA IGIC BTW MOMS MVA PPN CESS DPH PTU TAX TAXES MWST*
    MWS_T M.W.ST* UST UMSATZSTEUER MEHRWERTSTEUER SERVICE_TAX G.S.T* V.A.T* I.V.A* T.V.A* 消費税 内税 外税 税額 税等"""
)
_INCLUSIVE = words("INCL* INC INC. TTC INKL* BRUTTO* CON_IVA WITH AFTER GROSS COMPRIS* 税込")
_EXCLUSIVE = words(
    """EXCL* EXC EX BEFORE WO W/O WITHOUT NETTO* EXKL* HT H.T HORS SIN_IVA TAXABLE BASE_IMP* BASE_HT
    IMPONIBILE 税抜 税別"""
)
_TAX_INSIDE = words("INCLUDED_IN* INCLUDES DAVON ENTHALT* DONT THEREOF VARAV うち", r"\bINCLUDING [0-9.]+ ?%")
_CHANGE = words(
    "CHANGE BAKI RUCKGELD WECHSELGELD ZURUCK RENDU* CAMBIO VUELTO RESTO WISSELGELD REFUND* お釣 おつり"
)
_ROUNDING = words("ROUND ROUNDING RND RUNDUNG* PEMBUNDARAN ARRONDI* REDONDEO RGT")
_ROUNDED = re.compile(r"AFTER ROUND|ROUNDED")
_DISCOUNT = words(
    """DISC DISCOUNT* SAVING SAVINGS SAVED REBATE* VOUCHER* COUPON* RABATT* NACHLASS SKONTO REMISE* DESCUENTO*
    SCONTO POINT POINTS 割引 値引"""
)
_COUNT = words(
    "点数",
    r"\bTOTAL ?(?:NO\.? OF )?(?:QTY|QUANTITY|ITEMS?|PCS|UNITS?|STAMP|POINT|PAX|COUNT|WEIGHT)",
    r"\b(?:QTY|QUANTITY|ITEMS?|PAX|COUNT|ANZAHL|MENGE|STUCK)\b[^A-Z]*$",
)
_TENDER = words(
    """CASH VISA MASTER* MAESTRO* AMEX CARD PAID PAYMENT* TEND* ACCEPTED RECEIVED DEBIT CREDIT TUNAI BAR
    GEGEBEN GIROCARD KARTE* EC ESPECE ESPECES CARTE CB EFECTIVO TARJETA CONTANTI CONTANT PIN PAYPAL TWINT UPI DEPOSIT
    REGLE* BEZAHLT* PAGADO ADVANCE PREPAID 現金 お預 クレジット"""
)
_CHARGE = words(
    """SERVICE_CHARGE SERVICE_CHRG SVC_CH* SV_CH* SERV_CH* SERVICE_CHG TIP TIPS GRATUITY TRINKGELD POURBOIRE
    PROPINA SHIPPING DELIVERY_FEE DELIVERY_CHARGE FREIGHT VERSAND* PFAND* LIVRAISON ENVIO POSTAGE COUVERT*
    サービス料 送料"""
)
_BALANCE = words(
    "RESTBETRAG SOLDE SALDO AMOUNT_OUTSTANDING OUTSTANDING", r"\bBALANCE\b(?! (?:FORWARD|B/?F|POINT))"
)
_PART = words(
    """SUPPLIES PREVIOUS_BALANCE BROUGHT_FORWARD UBERTRAG LIMIT PER_UNIT PER_HOUR PER_DAY PER_KG UNIT_PRICE
    UNITPRICE AVAILABLE EINZELPREIS YEAR_TO_DATE YTD OPENING CLOSING""",
    r"\bTOTAL ?[0-9.]+ ?%",
)
_AMOUNT = words("AMOUNT* AMT BETRAG* MONTANT* IMPORTE IMPORTO BEDRAG* BELOPP* SALE SALES PRICE 金額")
_SECOND_BEST = words("NET_AMOUNT NETT_AMOUNT NET_AMT NETT_AMT NET._AMT NETT._AMT TOTAL_PAID TOTAL_CHARGED")
_TOTAL_WITH_TAX = re.compile(r"\bNETT?\b|\bTOTAL\b[^A-Z]{0,4}@|TOTAL ?\((?:GST|SST|VAT)\)")
_TAX_AT_AN_END = re.compile(
    r"^(?:[CSI]?GST|SST|VAT|TAX|TVA|IVA|MWST)|(?:GST|VAT|TAX|MWST|TVA)[^A-Z]*$|PAYABLE"
)
_BARE_TOTAL = re.compile(r"\bTOTAL (?:SALES?)?[^A-Z]*$")
_DUE = re.compile(r"\bDUE\b")


def role_of(label: str) -> Role:
    """The role a folded label gives the amount after it; its last words count."""
    return _role(label[-90:])


@lru_cache(maxsize=4096)
def _role(label: str) -> Role:
    if not any(c.isalpha() for c in label):
        return Role.OTHER
    if _COUNT.search(label) and not _SUBTOTAL.search(label):
        return Role.COUNT
    if _CHANGE.search(label):
        return Role.CHANGE
    payable = _PAYABLE.search(label) is not None
    if _ROUNDING.search(label) and not _ROUNDED.search(label):
        return Role.ROUNDING
    if _PART.search(label):
        return Role.PART
    if _DISCOUNT.search(label) and "AFTER" not in label:
        return Role.DISCOUNT
    if _CHARGE.search(label):
        return Role.CHARGE
    summed = payable or _SUM.search(label) is not None
    if _EXCLUSIVE.search(label) and (
        summed or _AMOUNT.search(label) or _TAX.search(label) or len(label) < 24
    ):
        return Role.NET
    if _SUBTOTAL.search(label):
        return Role.SUBTOTAL
    if _TAX.search(label):
        return _with_tax(label, summed, payable)
    return _without_tax(label, summed, payable)


def _with_tax(label: str, summed: bool, payable: bool) -> Role:
    """A label that names a tax: the tax itself, or a sum that contains it."""
    if _TAX_INSIDE.search(label):
        return Role.TAX
    if summed or _AMOUNT.search(label):
        if _INCLUSIVE.search(label):
            return Role.PAYABLE if payable else Role.GROSS
        if _TOTAL_WITH_TAX.search(label):
            return Role.PAYABLE if payable else Role.GROSS
        if payable and not _TAX_AT_AN_END.search(label):
            return Role.PAYABLE
    return Role.TAX


def _without_tax(label: str, summed: bool, payable: bool) -> Role:
    if payable:
        return Role.PAYABLE
    if _BALANCE.search(label):
        return Role.BALANCE
    if _TENDER.search(label) and not (_BARE_TOTAL.search(label) or _SECOND_BEST.search(label)):
        return Role.TENDER
    if _SECOND_BEST.search(label):
        return Role.GROSS
    if summed:
        return Role.GROSS if _INCLUSIVE.search(label) else Role.TOTAL
    if _AMOUNT.search(label) or _DUE.search(label):
        return Role.AMOUNT
    return Role.OTHER
