"""Notices: their addresses."""

from django.urls import URLPattern

notice_urls: list[URLPattern] = []
