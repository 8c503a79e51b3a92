"""What the keel remembers, one noun a file."""

from approvals.models.agent import Agent, Token
from approvals.models.batch import Batch, BatchItem
from approvals.models.calibrator import Calibrator
from approvals.models.change import Change
from approvals.models.decision import Decision
from approvals.models.declared import DeclaredTool, Trial
from approvals.models.entry import LedgerEntry
from approvals.models.evidence import Evidence
from approvals.models.hold import Hold
from approvals.models.label import LaneLabel
from approvals.models.lane import Lane
from approvals.models.lane_audit import LaneAudit
from approvals.models.lane_promise import LanePromise
from approvals.models.limit import Limit
from approvals.models.notice import Notice
from approvals.models.oversight import Drill, Exposure
from approvals.models.policy import Policy
from approvals.models.proposal import Proposal
from approvals.models.routing import Aside, Assignment, Cover
from approvals.models.sample import SampleItem, SampleVerdict, SampleWeek
from approvals.models.saved_view import SavedView
from approvals.models.seal import Seal
from approvals.models.stay import Stay
from approvals.models.switch import ToolSwitch
from approvals.models.workspace import Membership, Workspace

__all__ = [
    "Agent",
    "Aside",
    "Assignment",
    "Batch",
    "BatchItem",
    "Calibrator",
    "Change",
    "Cover",
    "Decision",
    "DeclaredTool",
    "Drill",
    "Evidence",
    "Exposure",
    "Hold",
    "Lane",
    "LaneAudit",
    "LaneLabel",
    "LanePromise",
    "LedgerEntry",
    "Limit",
    "Membership",
    "Notice",
    "Policy",
    "Proposal",
    "SampleItem",
    "SampleVerdict",
    "SampleWeek",
    "SavedView",
    "Seal",
    "Stay",
    "Token",
    "ToolSwitch",
    "Trial",
    "Workspace",
]
