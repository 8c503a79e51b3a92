"""What the keel remembers, one noun a file."""

from approvals.models.agent import Agent, Token
from approvals.models.decision import Decision
from approvals.models.entry import LedgerEntry
from approvals.models.evidence import Evidence
from approvals.models.lane import Lane
from approvals.models.policy import Policy
from approvals.models.proposal import Proposal
from approvals.models.seal import Seal
from approvals.models.workspace import Membership, Workspace

__all__ = [
    "Agent",
    "Decision",
    "Evidence",
    "Lane",
    "LedgerEntry",
    "Membership",
    "Policy",
    "Proposal",
    "Seal",
    "Token",
    "Workspace",
]
