"""Holds and the items ahead: their addresses."""

from django.urls import URLPattern

flow_urls: list[URLPattern] = []
