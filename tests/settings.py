"""The settings of the tests: the product's own, with fast passwords and plain static files."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STATICFILES_DIRS, STORAGES, VAR_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "tests.sheets.Gathered"}}
STATICFILES_DIRS = [*STATICFILES_DIRS, VAR_DIR / "gathered"]
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
DATABASES["default"].get("OPTIONS", {}).pop("pool", None)
