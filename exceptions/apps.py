from django.apps import AppConfig


class ExceptionsConfig(AppConfig):
    """Holds: what is stuck, who has it, and how was it settled?"""

    name = "exceptions"
    label = "exceptions"
    default_auto_field = "django.db.models.BigAutoField"
