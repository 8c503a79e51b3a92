from tests.books import _prepared_books, books  # noqa: F401
