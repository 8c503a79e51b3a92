from django.apps import AppConfig

from runs import connectors


class RunsConfig(AppConfig):
    """Acts: what did the machines do?"""

    name = "runs"
    label = "runs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        connectors.register_all()
