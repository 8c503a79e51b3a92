from django.apps import AppConfig


class CountersignConfig(AppConfig):
    """The composition root: settings, addresses, processes."""

    name = "config"
    label = "config"
    default_auto_field = "django.db.models.BigAutoField"
