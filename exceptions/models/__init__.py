"""What the queue of stuck work remembers."""

from exceptions.models.case import Case, Note, Occurrence, Resolution
from exceptions.models.failure_class import FailureClass
from exceptions.models.team import Team

__all__ = ["Case", "FailureClass", "Note", "Occurrence", "Resolution", "Team"]
