"""Lanes as far as failures and people with a clock are concerned: falls that open a case, audits that find errors."""
