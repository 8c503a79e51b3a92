"""Evidence that is no text: their addresses."""

from django.urls import URLPattern

evidence_urls: list[URLPattern] = []
