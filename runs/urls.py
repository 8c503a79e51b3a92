"""Addresses of what the machines did, and the door of the agents."""

from django.urls import path

from runs import effect_views, run_views
from runs.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("w/<slug:workspace>/runs/", run_views.runs, name="runs"),
    path("w/<slug:workspace>/runs/<str:run>/", run_views.run, name="run"),
    path("w/<slug:workspace>/review/<str:proposal>/effect/", effect_views.effect, name="effect"),
    path(
        "w/<slug:workspace>/executions/<str:execution>/reversal/",
        effect_views.reverse_execution,
        name="reverse",
    ),
    path("w/<slug:workspace>/executions/<str:execution>/retry/", effect_views.retry_execution, name="retry"),
    path(
        "w/<slug:workspace>/executions/<str:execution>/reconcile/",
        effect_views.reconcile_execution,
        name="reconcile",
    ),
]
