"""Saved views and live counts: their addresses."""

from django.urls import URLPattern

view_urls: list[URLPattern] = []
