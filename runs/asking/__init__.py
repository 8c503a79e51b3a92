"""How a workspace asks models: with its own prompt versions, from what it kept, within its budgets, all on record."""
