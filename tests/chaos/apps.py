from django.apps import AppConfig

from tests import hostile


class ChaosConfig(AppConfig):
    """Every worker of the attack knows the hostile target's tools."""

    name = "tests.chaos"
    label = "chaos"

    def ready(self) -> None:
        hostile.install()
