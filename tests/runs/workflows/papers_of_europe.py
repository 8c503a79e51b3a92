"""Receipts and invoices of our own writing from Europe."""

from tests.runs.workflows.paper import Paper

EUROPE = [
    Paper(
        "german invoice",
        """Bergquell Wasserbau GmbH
Lindenstraße 14 · 80331 München
USt-IdNr.: DE123456789

Rechnung an:
Hausverwaltung Sommer AG
Am Platz 3
10115 Berlin

Rechnungsnummer: RE-2026-0417
Rechnungsdatum: 31.12.2026
Lieferdatum: 03.12.2026
Fällig am: 14.01.2027

Pos  Bezeichnung         Menge  Einzelpreis  Betrag
1    Pumpe Typ B           1     899,00       899,00 €
2    Montage               4      33,75       135,00 €

Nettobetrag                                 1.034,00 €
MwSt. 19 %                                    196,46 €
Gesamtbetrag                                1.230,46 €
Bitte zahlen Sie binnen 14 Tagen.
""",
        "Bergquell Wasserbau GmbH", "2026-12-31", "EUR", "1230.46", "196.46", "RE-2026-0417",
    ),
    Paper(
        "german till receipt",
        """Bäckerei Morgenrot
Hauptstr. 5
50667 Köln
Tel. 0221 555 01 02

2 x Brezel        1,20    2,40 A
1 x Kaffee                2,90 B
SUMME            EUR      5,30
Bar              EUR     10,00
Rückgeld         EUR      4,70

Steuer %   Netto   MwSt   Brutto
A  7 %      2,24   0,16     2,40
B 19 %      2,44   0,46     2,90
Bon-Nr. 4711
02.03.2026 07:41
Vielen Dank für Ihren Einkauf!
""",
        "Bäckerei Morgenrot", "2026-03-02", "EUR", "5.30", None, "4711",
    ),
    Paper(
        "british invoice",
        """The Copper Kettle Ltd
17 Mill Lane, Bath BA1 2QD
VAT No. GB 123 4567 89

INVOICE No. 2211
Date: 5th June 2026

Catering, 20 guests           £240.00
Net amount                    £240.00
VAT @ 20%                      £48.00
Total due                     £288.00
""",
        "The Copper Kettle Ltd", "2026-06-05", "GBP", "288.00", "48.00", "2211",
    ),
    Paper(
        "british day first",
        """CORNER PANTRY
22 High Street, London
07/08/2026 09:15
MILK 2PT             1.45
BREAD                1.10
TOTAL               £2.55
CASH                £5.00
CHANGE              £2.45
""",
        "CORNER PANTRY", "2026-08-07", "GBP", "2.55",
    ),
    Paper(
        "swiss invoice",
        """Gletscher Optik AG
Bahnhofstrasse 12, 8001 Zürich
CHE-123.456.789 MWST
Rechnung Nr. 88-2026
Datum: 15. März 2026
Brille Modell Alpin               1'150.00
Etui                                 84.50
Zwischensumme                     1'234.50
Total CHF                         1'234.50
inkl. 8.1% MWST                      92.50
""",
        "Gletscher Optik AG", "2026-03-15", "CHF", "1234.50", "92.50", "88-2026",
    ),
    Paper(
        "french restaurant",
        """Le Petit Phare SARL
3 rue des Dunes, 75011 Paris
SIRET 123 456 789 00012
Ticket n° 5521
Le 14 février 2026 à 20:31

2 Menu du jour           46,00
1 Carafe                  8,50
Total HT                 49,55
TVA 10%                   4,95
Total TTC                54,50 €
CB                       54,50 €
Merci de votre visite
""",
        "Le Petit Phare SARL", "2026-02-14", "EUR", "54.50", "4.95", "5521",
    ),
    Paper(
        "french invoice with spaced thousands",
        """Atelier Verne SAS
FACTURE N° F2026-118
Date de facture : 01/09/2026
Échéance : 01/10/2026
Conception du stand            10 290,00 €
Total HT                       10 290,00 €
TVA 20 %                        2 058,00 €
Net à payer                    12 348,00 €
""",
        "Atelier Verne SAS", "2026-09-01", "EUR", "12348.00", "2058.00", "F2026-118",
    ),
    Paper(
        "spanish invoice",
        """Ferretería El Tornillo, S.L.
C/ Mayor 8, 28013 Madrid
NIF B12345678
Factura nº: A-778
Fecha: 3 de mayo de 2026
Taladro                        89,90
Brocas                         12,40
Base imponible                102,30
IVA 21%                        21,48
Importe total                 123,78 €
""",
        "Ferretería El Tornillo, S.L.", "2026-05-03", "EUR", "123.78", "21.48", "A-778",
    ),
    Paper(
        "dutch",
        """Bloemenhuis De Tulp B.V.
Keizersgracht 1, Amsterdam, Nederland
Factuurnummer: 20260031
Datum: 9 mei 2026
Boeket           24,79
BTW 21%           5,21
Te betalen     € 30,00
""",
        "Bloemenhuis De Tulp B.V.", "2026-05-09", "EUR", "30.00", "5.21", "20260031",
    ),
    Paper(
        "italian",
        """Trattoria Bella Luna S.r.l.
Via Garibaldi 4, Roma, Italia
P. IVA 01234567890
Fattura n. 77
Data: 18/04/2026
Imponibile        50,00
IVA 10%            5,00
Totale          € 55,00
""",
        "Trattoria Bella Luna S.r.l.", "2026-04-18", "EUR", "55.00", "5.00", "77",
    ),
    Paper(
        "swedish",
        """Fika & Bröd AB
Storgatan 3, Stockholm, Sverige
2026-01-07 11:20
Kaffe             38,00
Bulle             32,00
Att betala        70,00 kr
Varav moms 12%     7,50
""",
        "Fika & Bröd AB", "2026-01-07", "SEK", "70.00", "7.50",
    ),
    Paper(
        "labels in one column, amounts in the next line",
        """Juniper Flowers Ltd
Date: 19 July 2026
Subtotal
£20.00
VAT
£4.00
Total
£24.00
""",
        "Juniper Flowers Ltd", "2026-07-19", "GBP", "24.00", "4.00",
    ),
]  # fmt: skip
