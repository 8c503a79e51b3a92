"""Addresses of what is stuck."""

from django.urls import path

from exceptions import amend_views, assign_views, case_views, class_views, review_views, views
from exceptions.weekly import views as weekly_views

BASE = "w/<slug:workspace>/exceptions/"

urlpatterns = [
    path(BASE, views.case_list, name="cases"),
    path(f"{BASE}classes/", class_views.class_list, name="failure-classes"),
    path(f"{BASE}classes/<str:code>/", class_views.class_page, name="failure-class"),
    path(f"{BASE}week/", weekly_views.week, name="week"),
    path(f"{BASE}week/table.csv", weekly_views.table, name="week-table"),
    path(f"{BASE}week/actions/", weekly_views.decide, name="week-decide"),
    path(f"{BASE}week/actions/<int:action>/done/", weekly_views.finish, name="week-action-done"),
    path(f"{BASE}<str:case>/", views.case_page, name="case"),
    path(f"{BASE}<str:case>/take/", case_views.take, name="case-take"),
    path(f"{BASE}<str:case>/hand-over/", case_views.hand_over, name="case-hand-over"),
    path(f"{BASE}<str:case>/dismiss/", case_views.dismiss, name="case-dismiss"),
    path(f"{BASE}<str:case>/ask-again/", case_views.ask_again, name="case-ask-again"),
    path(f"{BASE}<str:case>/notes/", case_views.note, name="case-note"),
    path(f"{BASE}<str:case>/occurrences/<int:number>/", amend_views.occurrence, name="occurrence"),
    path("w/<slug:workspace>/review/<str:proposal>/handover/", review_views.hand_over, name="hand-over"),
    path(
        "w/<slug:workspace>/review/<slug:proposal>/give/teams/<int:team>/",
        assign_views.give,
        name="give-to-team",
    ),
]
