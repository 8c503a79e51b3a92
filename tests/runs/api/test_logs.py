"""The line a request leaves in the log names what it was about."""

from structlog.contextvars import get_contextvars

from tests.runs.api.conftest import a_body


def test_the_log_names_the_proposal_and_the_run(bot):
    run = bot.post("/runs", {"workflow": "w"}).json()["id"]
    assert get_contextvars()["run_id"] == run
    made = bot.propose(a_body(run=run)).json()["id"]
    assert get_contextvars()["proposal_id"] == made and get_contextvars()["run_id"] == run
    bot.get("/tools")
    assert not {"proposal_id", "run_id"} & get_contextvars().keys()
