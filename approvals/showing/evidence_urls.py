"""Evidence that is no text: their addresses."""

from django.urls import path

from approvals.showing import evidence_views

evidence_urls = [
    path(
        "w/<slug:workspace>/review/<slug:proposal>/evidence/<int:number>/",
        evidence_views.evidence,
        name="evidence",
    ),
]
