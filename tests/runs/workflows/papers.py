"""Receipts and invoices of our own writing, from many countries, with what they say."""

from tests.runs.workflows.paper import Paper
from tests.runs.workflows.papers_of_europe import EUROPE

PAPERS = [
    *EUROPE,
    Paper(
        "american store",
        """HARBOR LIGHT HARDWARE
1200 Market Street
San Francisco, CA 94103
(415) 555-0142

03/04/2026 10:22 AM   Register 2
Receipt #: 00918273

Claw hammer              18.99
Wood screws 2in           6.49
SUBTOTAL                 25.48
SALES TAX 8.625%          2.20
TOTAL                   $27.68
VISA ****1234           $27.68
Thank you for shopping local!
""",
        "HARBOR LIGHT HARDWARE", "2026-03-04", "USD", "27.68", "2.20", "00918273",
    ),
    Paper(
        "american invoice with balance",
        """Northwind Design LLC
48 Elm Ave, Austin, TX 78701
INVOICE
Invoice No: NW-1043
Invoice Date: November 9, 2026
Due Date: December 9, 2026
Bill To:
Acme Rockets Inc.
9 Desert Road
Phoenix, AZ 85001

Brand workshop             2,500.00
Logo package               1,750.00
Subtotal                  $4,250.00
Tax (0%)                      $0.00
Total                     $4,250.00
Amount Paid               $1,000.00
Balance Due               $3,250.00
""",
        "Northwind Design LLC", "2026-11-09", "USD", "4250.00", "0.00", "NW-1043",
    ),
    Paper(
        "japanese receipt",
        """株式会社あおぞら商店
東京都千代田区1-2-3
2026年11月21日 13:05
コーヒー豆        ¥1,280
フィルター          ¥330
小計            ¥1,610
消費税(10%)       ¥161
合計            ¥1,771
お預り          ¥2,000
お釣り            ¥229
""",
        "株式会社あおぞら商店", "2026-11-21", "JPY", "1771.00", "161.00",
    ),
    Paper(
        "japanese receipt in latin letters",
        """AOZORA BOOKS
Shibuya, Tokyo JAPAN
2026/11/21 13:05
Notebook  2   ¥600
Pen           ¥180
TOTAL       ¥ 780
""",
        "AOZORA BOOKS", "2026-11-21", "JPY", "780.00",
    ),
    Paper(
        "indian tax invoice",
        """Sagar Textiles Pvt Ltd
MG Road, Bengaluru
GSTIN: 29ABCDE1234F1Z5
Invoice No: ST/26-27/0091
Date: 12-Aug-2026
Cotton bales            ₹1,20,000.00
IGST 5%                   ₹6,000.00
Grand Total             ₹1,26,000.00
""",
        "Sagar Textiles Pvt Ltd", "2026-08-12", "INR", "126000.00", "6000.00", "ST/26-27/0091",
    ),
    Paper(
        "singapore",
        """KOPI CORNER PTE LTD
10 Orchard Road, Singapore 238841
UEN 201812345K
Date: 05/06/2026 08:12
Kaya toast set    S$5.60
Sub-total         S$5.60
GST 9%            S$0.50
Total             S$6.10
NETS              S$6.10
""",
        "KOPI CORNER PTE LTD", "2026-06-05", "SGD", "6.10", "0.50",
    ),
    Paper(
        "malaysian with rounding",
        """KEDAI KOPI SURIA SDN BHD (123456-X)
NO 8, JALAN MERANTI, 50000 KUALA LUMPUR
INVOICE NO: KS-00123
DATE: 21/11/2018 08:01
NASI LEMAK      1   7.50
TEH TARIK       2   4.48
TOTAL (INCL SST)   11.98
ROUNDING            0.02
TOTAL ROUNDED      12.00
CASH               20.00
CHANGE              8.00
""",
        "KEDAI KOPI SURIA SDN BHD", "2018-11-21", "MYR", "12.00", None, "KS-00123",
    ),
    Paper(
        "australian",
        """Wattle Plumbing Pty Ltd
ABN 51 824 753 556
4 King St, Sydney NSW 2000
Tax Invoice 3391
Date 02/03/2026
Callout           $120.00
Subtotal          $120.00
GST (10%)          $12.00
Total AUD         $132.00
""",
        "Wattle Plumbing Pty Ltd", "2026-03-02", "AUD", "132.00", "12.00",
    ),
    Paper(
        "no total printed",
        """Riverside Cafe
Coffee 3.50
Cake 4.25
See you soon
""",
        "Riverside Cafe", None, None, None,
    ),
    Paper(
        "iso date and code",
        """Lumen Cloud Services Inc.
Invoice number: LCS-55-201
Issued: 2026-10-01
Due: 2026-10-31
Compute hours       118.20
Storage              11.80
Total USD           130.00
""",
        "Lumen Cloud Services Inc.", "2026-10-01", "USD", "130.00", None, "LCS-55-201",
    ),
    Paper(
        "canadian with two taxes",
        """Maple Leaf Supply Inc.
200 Bay Street, Toronto M5J 2J2 Canada
Invoice # 4410
Date: 2026-02-28
Subtotal          $100.00
GST 5%              $5.00
PST 7%              $7.00
Total             $112.00
""",
        "Maple Leaf Supply Inc.", "2026-02-28", "CAD", "112.00", None, "4410",
    ),
    Paper(
        "one running sentence",
        "Invoice INV-90 from Quill Ltd dated 2026-03-09: subtotal 80.00 EUR, VAT 16.00 EUR, total 96.00 EUR.",
        None, "2026-03-09", "EUR", "96.00", "16.00",
    ),
]  # fmt: skip
