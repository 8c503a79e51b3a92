"""Addresses of what the machines did, and the door of the agents."""

from django.urls import path

from runs import (
    change_views,
    effect_views,
    example_views,
    golden_views,
    limit_views,
    model_views,
    order_views,
    prompt_views,
    redrive_views,
    rehearsal_views,
    run_views,
    saga_views,
    switch_views,
    typed_views,
)
from runs.alerts.urls import alert_urls
from runs.api import api
from runs.figures.urls import figure_urls
from runs.incidents import views as incident_views
from runs.replaying import views as replay_views
from runs.sampling.sample_urls import sample_urls
from runs.telemetry.views import metrics

INCIDENTS = "w/<slug:workspace>/incidents/"
GOLDEN = "w/<slug:workspace>/golden/"
MODELS = "w/<slug:workspace>/settings/models/"
CHANGES = "w/<slug:workspace>/settings/changes/"

urlpatterns = [
    path("api/v1/", api.urls),
    path("metrics", metrics, name="metrics"),
    *figure_urls,
    *alert_urls,
    *sample_urls,
    path("w/<slug:workspace>/switches/", switch_views.switch_page, name="switches"),
    path("w/<slug:workspace>/switches/pull/", switch_views.pull, name="switch-pull"),
    path("w/<slug:workspace>/switches/release/", switch_views.release, name="switch-release"),
    path("w/<slug:workspace>/switches/open/", switch_views.open_breaker, name="breaker-open"),
    path("w/<slug:workspace>/switches/close/", switch_views.close_breaker, name="breaker-close"),
    path("w/<slug:workspace>/settings/limits/", limit_views.limit_page, name="settings-limits"),
    path("w/<slug:workspace>/settings/limits/set/", limit_views.set_limit, name="settings-limit-set"),
    path(
        "w/<slug:workspace>/settings/limits/<int:limit>/retire/",
        limit_views.retire,
        name="settings-limit-retire",
    ),
    path(MODELS, model_views.model_page, name="settings-models"),
    path(f"{MODELS}budgets/set/", model_views.set_budget, name="settings-budget-set"),
    path(f"{MODELS}budgets/<int:budget>/retire/", model_views.retire_budget, name="settings-budget-retire"),
    path(f"{MODELS}asking/", model_views.change_terms, name="settings-model-terms"),
    path(f"{MODELS}prompts/<slug:prompt>/", prompt_views.prompt_page, name="settings-prompt"),
    path(f"{MODELS}prompts/<slug:prompt>/share/", prompt_views.share, name="settings-prompt-share"),
    path(f"{MODELS}prompts/<slug:prompt>/<int:version>/", prompt_views.go_back, name="settings-prompt-back"),
    path(f"{MODELS}examples/", example_views.example_page, name="settings-examples"),
    path(f"{MODELS}examples/supply/", example_views.supply, name="settings-example-supply"),
    path(CHANGES, change_views.change_page, name="settings-changes"),
    path(f"{CHANGES}rule/", change_views.switch_rule, name="settings-change-rule"),
    path(f"{CHANGES}<int:change>/confirm/", change_views.confirm, name="settings-change-confirm"),
    path(f"{CHANGES}<int:change>/withdraw/", change_views.withdraw, name="settings-change-withdraw"),
    path("w/<slug:workspace>/runs/", run_views.runs, name="runs"),
    path("w/<slug:workspace>/runs/<str:run>/", run_views.run, name="run"),
    path("w/<slug:workspace>/runs/<str:run>/steps/<uuid:step>/", run_views.step, name="step"),
    path("w/<slug:workspace>/runs/<str:run>/replay/", replay_views.ask, name="run-replay"),
    path("w/<slug:workspace>/runs/<str:run>/replays/<str:replay>/", replay_views.replay, name="replay"),
    path(GOLDEN, golden_views.golden_page, name="golden"),
    path(f"{GOLDEN}<slug:workflow>/", golden_views.set_page, name="golden-set"),
    path(f"{GOLDEN}<slug:workflow>/try/", golden_views.try_now, name="golden-try"),
    path(f"{GOLDEN}<uuid:golden>/let-go/", golden_views.let_go, name="golden-let-go"),
    path("w/<slug:workspace>/review/<str:proposal>/golden/", golden_views.keep, name="golden-keep"),
    path("w/<slug:workspace>/undo/", order_views.undo, name="undo"),
    path("w/<slug:workspace>/undo/place/", order_views.place, name="undo-place"),
    path("w/<slug:workspace>/undo/<str:order>/", order_views.order, name="undo-order"),
    path("w/<slug:workspace>/exceptions/<str:case>/redrive/", redrive_views.preview, name="case-redrive"),
    path("w/<slug:workspace>/redrives/<str:redrive>/", redrive_views.redrive, name="redrive"),
    path("w/<slug:workspace>/redrives/<str:redrive>/confirm/", redrive_views.confirm, name="redrive-confirm"),
    path("w/<slug:workspace>/redrives/<str:redrive>/<slug:act>/", redrive_views.act, name="redrive-act"),
    path(INCIDENTS, incident_views.incident_list, name="incidents"),
    path(f"{INCIDENTS}declare/", incident_views.declare, name="incident-declare"),
    path(f"{INCIDENTS}<str:incident>/", incident_views.incident, name="incident"),
    path(f"{INCIDENTS}<str:incident>/export/", incident_views.export, name="incident-export"),
    path(f"{INCIDENTS}<str:incident>/contain/", incident_views.contain, name="incident-contain"),
    path(f"{INCIDENTS}<str:incident>/add/", incident_views.add, name="incident-add"),
    path(f"{INCIDENTS}<str:incident>/tell/", incident_views.tell, name="incident-tell"),
    path(f"{INCIDENTS}<str:incident>/move/<slug:act>/", incident_views.move, name="incident-move"),
    path("w/<slug:workspace>/sagas/", saga_views.saga_list, name="sagas"),
    path("w/<slug:workspace>/sagas/<str:saga>/", saga_views.saga, name="saga"),
    path("w/<slug:workspace>/sagas/<str:saga>/undo/", saga_views.undo, name="saga-undo"),
    path("w/<slug:workspace>/review/<str:proposal>/rehearsal/", rehearsal_views.rehearsal, name="rehearsal"),
    path("w/<slug:workspace>/review/<str:proposal>/rehearsal/ask/", rehearsal_views.ask, name="rehearse"),
    path(
        "w/<slug:workspace>/review/<str:proposal>/rehearsal/typed/",
        typed_views.rehearse_typed,
        name="rehearse-typed",
    ),
    path("w/<slug:workspace>/review/<str:proposal>/effect/", effect_views.effect, name="effect"),
    path(
        "w/<slug:workspace>/executions/<str:execution>/reversal/",
        effect_views.reverse_execution,
        name="reverse",
    ),
    path(
        "w/<slug:workspace>/executions/<str:execution>/reversal-by-case/",
        effect_views.reverse_by_case,
        name="reverse-by-case",
    ),
    path("w/<slug:workspace>/executions/<str:execution>/retry/", effect_views.retry_execution, name="retry"),
    path(
        "w/<slug:workspace>/executions/<str:execution>/reconcile/",
        effect_views.reconcile_execution,
        name="reconcile",
    ),
]
