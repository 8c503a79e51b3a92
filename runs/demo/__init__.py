"""The sample corpus: receipts and invoices written for Countersign, with the truth about each.

Every shop, address and number is invented. Two workspaces share the folder: `northwind`
(Northwind Finance, the expenses of a trading firm) and `harbour` (Harbour Clinic, a clinic's bills).

* `documents_<workspace>.jsonl`: one document per line, `id` and `text` as a scanner gives it.
* `standing_northwind.jsonl`: the receipts of one standing order, alike but for one, walked when history is made.
* `tickets_northwind.jsonl`: messages to its finance team; `labelled_northwind.jsonl`: the examples it sorts them by.
* `vendors.json`: per workspace, the vendors its books know; a few documents name none of them.
* `accounts.json`: the chart of accounts that both workspaces use.
* `expected.json`: per document, what is true of it and why it is there (`kind`). `null` means that the
  document does not say. Money is a decimal string, and the total is what was to be paid.
"""
