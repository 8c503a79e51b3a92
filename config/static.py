"""Static files from WhiteNoise, in a way that holds no thread for any other request."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEETS = re.compile(r"{% static '(css/[\w/-]+\.css)' %}")


def linked() -> list[str]:
    """Names of the style sheets, in the order in which the pages link them."""
    links = (settings.BASE_DIR / "templates/components/styles.html").read_text("utf-8")
    return SHEETS.findall(links)


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Scripts that import one another name the same hashed files as the page: under two names one would run twice.

    The style sheets are put together into one, in the order in which the pages link them: one request and not fifty.
    """

    sheet = "css/countersign.css"
    support_js_module_import_aggregation = True
    # our own alone: a comment in a library's may speak of a file that is not there
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            whole = "\n".join(Path(self.path(name)).read_text("utf-8") for name in linked())
            Path(self.path(self.sheet)).write_text(whole, "utf-8")
            paths[self.sheet] = (self, self.sheet)
        yield from super().post_process(paths, dry_run, **options)


@sync_and_async_middleware
def static_files(get_response):
    """WhiteNoise's own middleware is synchronous and would drag every async view into a thread."""
    files = WhiteNoiseMiddleware(lambda request: None)

    def find(request: HttpRequest) -> HttpResponse | None:
        found = files(request)
        if found is None:
            return None
        with contextlib.closing(found):
            body = b"".join(found) if found.streaming else found.content
        return HttpResponse(body, status=found.status_code, headers=dict(found.items()))

    if iscoroutinefunction(get_response):

        async def serve_async(request: HttpRequest) -> HttpResponseBase:
            found = None
            if request.path_info.startswith(settings.STATIC_URL):
                found = await sync_to_async(find, thread_sensitive=False)(request)
            return found or await get_response(request)

        return serve_async

    def serve(request: HttpRequest) -> HttpResponseBase:
        found = find(request) if request.path_info.startswith(settings.STATIC_URL) else None
        return found or get_response(request)

    return serve
