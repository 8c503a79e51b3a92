"""The web process's door."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

from config.bodies import Application, bounded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = bounded(cast(Application, get_asgi_application()))
