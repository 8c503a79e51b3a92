"""Setting aside, giving to colleagues, cover, hours: their addresses."""

from django.urls import URLPattern

routing_urls: list[URLPattern] = []
