"""/up: can this site do its work? Database, bell, and how long ago the last sweep was."""

from __future__ import annotations

import time
from typing import Any

import django_rq
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import RedisError

TICK_KEY = "countersign:tick"
LATE_AFTER_SECONDS = 60


@never_cache
@require_safe
def up(request: HttpRequest) -> JsonResponse:
    """200 while the database answers, for without the bell work is late but not lost; 503 otherwise."""
    database = _database()
    report: dict[str, Any] = {"database": database, **_bell()}
    return JsonResponse(report, status=200 if database == "ok" else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (Error, OSError):
        return "down"
    return "ok"


def _bell() -> dict[str, Any]:
    try:
        swept_at = django_rq.get_connection("default").get(TICK_KEY)
    except RedisError:
        return {
            "bell": "degraded: work is found by the sweep only",
            "tick": "unknown",
            "tick_age_seconds": None,
        }
    if swept_at is None:
        return {"bell": "ok", "tick": "no tick yet", "tick_age_seconds": None}
    age = round(max(0.0, time.time() - float(swept_at)), 1)
    return {"bell": "ok", "tick": "ok" if age < LATE_AFTER_SECONDS else "late", "tick_age_seconds": age}
