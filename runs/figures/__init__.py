"""Figures: what happened, counted by hour and day as the ledger tells it, and drawn with the rows behind every mark."""
