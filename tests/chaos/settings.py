"""The product's settings, the hostile target's tools, and a clock that a short test can ask to tick more often."""

import os

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos.apps.ChaosConfig"]
TICK_SECONDS = int(os.environ.get("CHAOS_TICK_SECONDS", "5"))
