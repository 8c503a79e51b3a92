from importlib import import_module

from django.apps import AppConfig

from tests import hostile


class ChaosConfig(AppConfig):
    """Every worker of the attack knows the hostile tools, and moves few cases at a time, so that what strikes in
    the middle of a sweep does so between two of its transactions, or within one.
    """

    name = "tests.chaos"
    label = "chaos"

    def ready(self) -> None:
        hostile.install()
        import_module("exceptions.movements").BATCH = 20  # its models are there by now
