"""What the queue of stuck work remembers."""

from exceptions.models.audit import EscalationAudit
from exceptions.models.call import Call
from exceptions.models.case import Case, Episode, Tally
from exceptions.models.channel import Channel
from exceptions.models.failure_class import FailureClass
from exceptions.models.incident import Incident, NextAction
from exceptions.models.occurrence import Note, Occurrence, Resolution
from exceptions.models.plan import Plan
from exceptions.models.revision import Revision
from exceptions.models.rule import Rule
from exceptions.models.team import Override, Team, Turn

__all__ = [
    "Call", "Case", "Channel", "Episode", "EscalationAudit", "FailureClass", "Incident", "NextAction", "Note",
    "Occurrence", "Override", "Plan", "Resolution", "Revision", "Rule", "Tally", "Team", "Turn",
]  # fmt: skip
