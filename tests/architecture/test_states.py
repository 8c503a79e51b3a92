"""The states README draws are the states the code has."""

from approvals.models import proposal, sample
from exceptions.models import case, incident
from runs.models import execution, redrive, run, saga
from tests.architecture.sources import ROOT

MACHINES = {
    "Proposal": proposal.MOVES, "Execution": execution.MOVES, "Saga": saga.MOVES, "Case": case.MOVES,
    "Redrive": redrive.MOVES, "Incident": incident.MOVES, "Sample": sample.MOVES, "Run": run.MOVES,
}  # fmt: skip


def drawn() -> str:
    """Every machine as a list of moves, a line a state."""
    lines = ["```"]
    for name, moves in MACHINES.items():
        for number, (source, targets) in enumerate(moves.items()):
            goes = " | ".join(sorted(targets)) or "(final)"
            lines.append(f"{name if number == 0 else '':<11}{source!s:<13}→ {goes}".rstrip())
    return "\n".join([*lines, "```"])


def test_the_readme_draws_the_states_as_they_are() -> None:
    readme = (ROOT / "README.md").read_text()
    assert f"<!-- states -->\n{drawn()}\n<!-- /states -->" in readme
