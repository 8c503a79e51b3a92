"""Static files of the tests: each as it is written, but for the style sheets, which are one as in the product."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponseBase

from config.static import HashedFiles, linked

SHEET = HashedFiles.sheet


class Gathered(StaticFilesStorage):
    hashed_files = {SHEET: SHEET}


def gather() -> None:
    """Workers may do it at once: what is there is whole at any time."""
    place = settings.VAR_DIR / "gathered" / SHEET
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f"{os.getpid()}.draft")
    draft.write_text("\n".join((settings.BASE_DIR / "static" / name).read_text() for name in linked()))
    draft.rename(place)


@pytest.fixture(scope="session", autouse=True)
def _kept_by_browsers() -> Iterator[None]:
    """A browser asks once for what no test changes, and not for each page."""
    gather()
    serve = StaticFilesHandler.serve

    def keep(self: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        answer = serve(self, request)
        answer.headers["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", keep)
        yield
