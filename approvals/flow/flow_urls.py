"""Holds and the items ahead: their addresses."""

from django.urls import URLPattern, path

from approvals.flow import flow_views

flow_urls: list[URLPattern] = [
    path("w/<slug:workspace>/review/holds/", flow_views.heartbeat, name="holds"),
    path("w/<slug:workspace>/review/<slug:proposal>/take-over/", flow_views.take, name="hold-take"),
]
