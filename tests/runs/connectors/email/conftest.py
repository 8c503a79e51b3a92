from tests.runs.connectors.email.letters import key, post  # noqa: F401
