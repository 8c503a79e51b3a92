"""``/metrics``, for whoever has the token. Without one in the environment there is no such page."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from runs.telemetry import metrics as collected


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Counters and gauges in Prometheus' text format."""
    wanted = settings.METRICS_TOKEN
    if not wanted:
        raise Http404("no metrics are told here")
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(shown.strip().encode(), wanted.encode()):
        return HttpResponse("Show the token.\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(collected.page(), content_type=CONTENT_TYPE_LATEST)
