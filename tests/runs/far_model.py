"""A model on loopback, set up for the whole site."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.openai_server import OpenAIServer, completion
from tests.runs.questions import GOOD


@pytest.fixture
def far_side(settings: Any) -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "sk-test-never-shown", server.base_url
        settings.OPENAI_MODEL = "gpt-4o-mini"
        server.plays(completion(GOOD, tokens=(1_000, 100)))
        yield server
