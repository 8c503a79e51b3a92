"""Batches: their addresses."""

from django.urls import URLPattern

batch_urls: list[URLPattern] = []
