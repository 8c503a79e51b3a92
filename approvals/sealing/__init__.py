"""The proof that the record is whole: leaves, trees, signed seals, the export, and the pages that show them."""
