"""The web process's door."""

import os
from typing import cast

from django.core.asgi import get_asgi_application
from django.urls import resolve

from config import memory
from config.bodies import Application, bounded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = bounded(cast(Application, get_asgi_application()))
resolve("/up")  # every page is loaded before the first is asked for
memory.settle()
