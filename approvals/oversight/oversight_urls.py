"""One's own figures, and those of the workspace: their addresses."""

from django.urls import URLPattern, path

from approvals.oversight import oversight_views

oversight_urls: list[URLPattern] = [
    path("w/<slug:workspace>/review/yours/", oversight_views.yours, name="own-figures"),
    path("w/<slug:workspace>/settings/oversight/", oversight_views.oversight, name="oversight"),
]
