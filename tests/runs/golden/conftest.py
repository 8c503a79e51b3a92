"""The books, and a model on loopback."""

from tests.books import _prepared_books, books  # noqa: F401
from tests.runs.far_model import far_side  # noqa: F401
