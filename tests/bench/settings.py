"""The product's settings, and beside them the plain rows and jobs it is compared with."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, QUEUE, RQ_QUEUES

# without its own discovery of what to show: the product has nothing for it
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin.apps.SimpleAdminConfig", "tests.bench"]
ROOT_URLCONF = "tests.bench.urls"
PLAIN_QUEUE = {name: value for name, value in QUEUE.items() if name != "SERIALIZER"}
RQ_QUEUES = RQ_QUEUES | {"plain": PLAIN_QUEUE}
ALLOWED_HOSTS = ["testserver"]
OPENAI_API_KEY = ""
