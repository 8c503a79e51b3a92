"""One's own figures, and those of the workspace: their addresses."""

from django.urls import URLPattern

oversight_urls: list[URLPattern] = []
