"""The books: a real ledger in a PostgreSQL database of its own, where expenses are posted and voided, never changed."""
