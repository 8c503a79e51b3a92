"""Addresses of what is stuck."""

from django.urls import path

from exceptions import (
    amend_views,
    assign_views,
    case_views,
    cause_views,
    class_views,
    escalation_views,
    file_views,
    merge_views,
    part_views,
    plan_views,
    reroute_views,
    review_views,
    rule_views,
    saved_case_views,
    snooze_views,
    views,
)
from exceptions.lanes.urls import lane_urls
from exceptions.team_urls import team_urls
from exceptions.weekly import views as weekly_views

BASE = "w/<slug:workspace>/exceptions/"

urlpatterns = [
    *lane_urls,
    *team_urls,
    path(BASE, views.case_list, name="cases"),
    path(f"{BASE}filters/", saved_case_views.panel, name="case-filters"),
    path(f"{BASE}views/", saved_case_views.keep, name="keep-case-view"),
    path(f"{BASE}views/<int:view>/<slug:act>/", saved_case_views.change, name="change-case-view"),
    path(f"{BASE}classes/", class_views.class_list, name="failure-classes"),
    path(f"{BASE}classes/file/", file_views.file_page, name="registry-file"),
    path(f"{BASE}classes/file/download/", file_views.download, name="registry-download"),
    path(f"{BASE}classes/file/upload/", file_views.upload, name="registry-upload"),
    path(f"{BASE}classes/<str:code>/", class_views.class_page, name="failure-class"),
    path(f"{BASE}plans/", plan_views.plan_list, name="plans"),
    path(f"{BASE}plans/new/", plan_views.new_plan, name="new-plan"),
    path(f"{BASE}plans/<int:plan>/", plan_views.plan_page, name="plan"),
    path(f"{BASE}escalation/", escalation_views.escalation, name="escalation"),
    path(f"{BASE}week/", weekly_views.week, name="week"),
    path(f"{BASE}week/table.csv", weekly_views.table, name="week-table"),
    path(f"{BASE}week/actions/", weekly_views.decide, name="week-decide"),
    path(f"{BASE}week/actions/<int:action>/done/", weekly_views.finish, name="week-action-done"),
    path(f"{BASE}rules/", rule_views.rule_list, name="rules"),
    path(f"{BASE}rules/try/", rule_views.rule_try, name="rule-try"),
    path(f"{BASE}rules/new/", rule_views.rule_new, name="rule-new"),
    path(f"{BASE}rules/re-route/", reroute_views.reroute, name="registry-reroute"),
    path(f"{BASE}rules/<int:rule>/", rule_views.rule_page, name="rule"),
    path(f"{BASE}rules/<int:rule>/move/", rule_views.rule_move, name="rule-move"),
    path(f"{BASE}rules/<int:rule>/remove/", rule_views.rule_remove, name="rule-remove"),
    path(f"{BASE}<str:case>/", views.case_page, name="case"),
    path(f"{BASE}<str:case>/parts/<slug:part>/", part_views.part, name="case-part"),
    path(f"{BASE}<str:case>/take/", case_views.take, name="case-take"),
    path(f"{BASE}<str:case>/hand-over/", case_views.hand_over, name="case-hand-over"),
    path(f"{BASE}<str:case>/dismiss/", case_views.dismiss, name="case-dismiss"),
    path(f"{BASE}<str:case>/ask-again/", case_views.ask_again, name="case-ask-again"),
    path(f"{BASE}<str:case>/snooze/", snooze_views.snooze, name="case-snooze"),
    path(f"{BASE}<str:case>/merge/", merge_views.merge, name="case-merge"),
    path(f"{BASE}<str:case>/separate/", merge_views.separate, name="case-separate"),
    path(f"{BASE}<str:case>/split/", merge_views.split, name="case-split"),
    path(f"{BASE}<str:case>/cause/", cause_views.cause, name="case-cause"),
    path(f"{BASE}<str:case>/notes/", case_views.note, name="case-note"),
    path(f"{BASE}<str:case>/occurrences/<int:number>/", amend_views.occurrence, name="occurrence"),
    path("w/<slug:workspace>/review/<str:proposal>/handover/", review_views.hand_over, name="hand-over"),
    path(
        "w/<slug:workspace>/review/<slug:proposal>/give/teams/<int:team>/",
        assign_views.give,
        name="give-to-team",
    ),
]
