"""The kinds of facts that are counted, and the keys they are counted under. What a figure means stands here, once."""

BEGAN = "began"  # runs that began
RUN = "run"  # runs that ended, by state, in the hour in which they ended
RUN_MS = "run_ms"  # how long they took, by bucket
COST = "cost"  # what they cost, by currency; an amount without one under the empty key
TOKENS = "tokens"  # in, out
ASKED = "asked"  # proposals that came in
PROPOSAL = "proposal"  # what became of them, by outcome
JUDGED = "judged"  # what was looked at again afterwards, audits and samples: right, wrong
SHADOW = "shadow"  # the same of lanes in shadow, where nothing executes
WAIT_MS = "wait_ms"  # from a proposal's coming in to a person's answer that settled it, by bucket
READING = "reading"  # people's answers; the amount is the minutes for which the item was on their screens
WRITE = "write"  # what became of executions
REVERSAL = "reversal"  # the same of those that undo another
CASE = "case"  # cases that opened or opened again, by "team|class"
SETTLED = "settled"  # cases that were resolved, likewise
FAILURE = "failure"  # single failures, by class

BY_POLICY, APPROVED, EDITED, REJECTED = "by_policy", "approved", "edited", "rejected"
BLOCKED, HANDED_OVER, EXPIRED = "blocked", "handed_over", "expired"
WITHDRAWN, SUPERSEDED, DISMISSED, TAKEN_BACK = "withdrawn", "superseded", "dismissed", "taken_back"
ANSWERED = (APPROVED, EDITED, REJECTED, HANDED_OVER)  # by a person
OVERRIDDEN = (EDITED, REJECTED)  # a person wanted something else
ESCALATED = (BLOCKED, HANDED_OVER)  # it went to exceptions
WRITTEN = ("succeeded", "found_written")
