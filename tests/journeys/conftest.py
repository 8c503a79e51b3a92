from tests.books import _prepared_books, books  # noqa: F401
from tests.journeys.browsing import company, opened  # noqa: F401
