"""Every kind of change that may wait, those of the floor below and those of this one."""

from approvals.four_eyes import kinds
from approvals.four_eyes.kinds import Kind
from runs.asking import budgets, mixes
from runs.llm import prompts
from runs.two_admins import of_budgets, of_prompts

REFUSALS = (
    budgets.SameBudget, budgets.AlreadyRetired, mixes.SameMix, mixes.NotAWhole, prompts.UnknownPrompt,
)  # fmt: skip

KINDS = kinds.KINDS | {
    of_budgets.BUDGET: Kind(of_budgets.standing, of_budgets.set_budget, REFUSALS),
    of_budgets.RETIRED: Kind(of_budgets.standing_of, of_budgets.retire, REFUSALS),
    of_prompts.PROMPT: Kind(of_prompts.standing, of_prompts.choose, REFUSALS),
}
