from django.apps import AppConfig
from django.db.backends.signals import connection_created

from config import timestamps


class CountersignConfig(AppConfig):
    """The composition root: settings, addresses, processes."""

    name = "config"
    label = "config"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        connection_created.connect(timestamps.read_quickly)
