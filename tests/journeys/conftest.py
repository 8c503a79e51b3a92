from tests.books import _prepared_books, books  # noqa: F401
from tests.journeys.browsing import company, opened  # noqa: F401
from tests.runs.notices.conftest import post  # noqa: F401
