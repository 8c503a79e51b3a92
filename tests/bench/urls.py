"""The product's addresses, and the admin it is compared with."""

from django.urls import path

from config.urls import handler403, urlpatterns
from tests.bench.admin_site import site

__all__ = ["handler403", "urlpatterns"]

urlpatterns = [*urlpatterns, path("bench-admin/", site.urls)]
