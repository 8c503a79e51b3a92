"""Logs tell what happened and keep secrets."""

import json
import logging
import sys

import pytest
from structlog.stdlib import ProcessorFormatter

from config.logs import MASK, ending, redact
from tests.config.scripts import manage


@pytest.mark.parametrize(
    "key",
    [
        "authorization",
        "Authorization",
        "password",
        "api_key",
        "apikey",
        "client_secret",
        "token",
        "access_token",
        "Cookie",
    ],
)
def test_the_value_of_a_secret_key_is_masked_however_deep(key):
    event = redact(None, "info", {"event": "x", key: "hunter2", "request": {"headers": [{key: "hunter2"}]}})
    assert "hunter2" not in str(event)
    assert event[key] == MASK


def test_secrets_inside_sentences_are_masked():
    event = redact(None, "info", {"event": "GET postgresql://user:hunter2@host/db with Bearer hunter2"})
    assert "hunter2" not in event["event"]


def test_counts_and_names_stay_readable():
    event = {"event": "asked", "input_tokens": 12, "run_id": "run_1", "proposal_id": "prop_1"}
    assert redact(None, "info", dict(event)) == event


def test_a_traceback_is_a_line_of_json_without_secrets():
    formatter = ProcessorFormatter(processors=[ProcessorFormatter.remove_processors_meta, *ending("json")])
    try:
        raise ValueError("cannot reach postgresql://user:hunter2@host/db")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    line = formatter.format(record)
    assert "hunter2" not in line
    assert "ValueError" in json.loads(line)["exception"]


def test_the_standard_library_speaks_json_too():
    source = "import logging; logging.getLogger('x').warning('from %s', 'stdlib', extra={'token': 'hunter2'})"
    said = manage("shell", "--verbosity", "0", "--command", source, environment={"LOG_FORMAT": "json"})
    line = json.loads(said.stderr.splitlines()[-1])
    assert (line["event"], line["level"], line["token"]) == ("from stdlib", "warning", MASK)
