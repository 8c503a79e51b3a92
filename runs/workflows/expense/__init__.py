"""The expense workflow: read a receipt or an invoice, and propose to post it."""
