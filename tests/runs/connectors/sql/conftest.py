from tests.books import _prepared_books  # noqa: F401
from tests.runs.connectors.sql.crm import crm  # noqa: F401
