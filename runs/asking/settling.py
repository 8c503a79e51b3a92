"""Cases of budgets settle themselves: when the run, day or month is over, or the budget was raised or retired."""

from datetime import datetime

from approvals.actors import Actor
from exceptions import passing
from runs.asking import budgets
from runs.asking.purse import CODE

# All whose budget refuses nothing any more, however many others still do: those are passed over here, in the database,
# and keep nobody waiting. ``current`` names the day and month of each workspace by its own clock.
_OVER = """
WITH current AS (SELECT * FROM jsonb_to_recordset(%(current)s::jsonb) AS now (workspace bigint, names text[]))
SELECT o.id
FROM current JOIN exceptions_case c ON c.workspace_id = current.workspace AND c.state <> 'resolved'
JOIN exceptions_failureclass f ON f.id = c.failure_class_id AND f.code = %(code)s
JOIN exceptions_occurrence o ON o.case_id = c.id AND o.disposition = 'open'
WHERE NOT EXISTS (
    SELECT FROM runs_spending s
    WHERE s.workspace_id = c.workspace_id AND s.name = o.facts ->> 'name' AND s.reached_at IS NOT NULL
      AND (s.name = ANY (current.names)
           OR s.name LIKE 'run:%%' AND EXISTS (SELECT FROM runs_run r WHERE r.id = o.run AND r.state = 'running')))
ORDER BY o.id LIMIT %(most)s
"""


def settle_over(*, actor: Actor, now: datetime) -> int:
    """Settle what holds nothing back any more. Returns how many occurrences there were."""
    return passing.settle_over(
        code=CODE, over=_OVER, actor=actor, now=now,
        current=lambda one: {"names": list(budgets.names(one, None, now).values())},
    )  # fmt: skip
