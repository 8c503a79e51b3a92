"""What every test of the way out stands on: no addresses allowed and no secrets known, until a test says so."""

import pytest


@pytest.fixture(autouse=True)
def _nothing_allowed(settings, tmp_path):
    settings.HTTP_ALLOW = []
    settings.SECRETS_DIR = ""
