"""What admins type about agents, tokens, lanes and people."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms

from approvals import agents, tools, wording
from approvals.models import Agent, Membership, Workspace
from approvals.models.workspace import Role

CODE = r"\A[\w.:/@+\-]+\Z"
LONGEST_LIFE = 3650


class Ticks(forms.MultipleChoiceField):
    """Several of a few, each with its box."""

    widget = forms.CheckboxSelectMultiple


class AgentForm(forms.Form):
    """An agent's version and the tools it may name. Tools it has that nobody registers any more stay on offer."""

    version = forms.RegexField(
        CODE, max_length=40, error_messages={"invalid": "Letters, digits and . _ - + : / @, without spaces."},
        help_text="What runs now: a release, a date or a commit.",
    )  # fmt: skip
    tools = Ticks(required=False, label="Tools it may name")

    def __init__(self, data: Any = None, *, workspace: Workspace, agent: Agent | None = None, **more: Any):
        held = agent.tools if agent else []
        initial = {"version": agent.version, "tools": held} if agent else {"version": "1"}
        super().__init__(data, initial=initial, label_suffix="", **more)
        self.fields["tools"].choices = tool_choices(workspace, held)  # type: ignore[attr-defined]


class NewAgentForm(AgentForm):
    """Also its name, which stays."""

    name = forms.CharField(
        max_length=60, help_text="It stands under everything the agent proposes, and stays."
    )
    field_order = ["name", "version", "tools"]


class TokenForm(forms.Form):
    """How long a token works."""

    days = forms.IntegerField(
        label="Works for, days", min_value=1, max_value=LONGEST_LIFE, initial=agents.LIFE.days,
        help_text="After that it is refused; issue the next one before.",
    )  # fmt: skip

    def life(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])


class RolesForm(forms.Form):
    """What a person may do here."""

    roles = Ticks(choices=[(value, label.capitalize()) for value, label in Role.choices], label="Roles")

    def __init__(self, data: Any = None, *, member: Membership | None = None, **more: Any):
        more.setdefault("auto_id", f"member-{member.pk}-%s" if member else "id_%s")
        super().__init__(data, initial={"roles": member.roles if member else []}, label_suffix="", **more)
        self.fields["roles"].error_messages["required"] = "Choose at least one role."


class NewMemberForm(RolesForm):
    """Also who it is."""

    username = forms.CharField(
        max_length=150, label="Name", help_text="As they sign in.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    field_order = ["username", "roles"]


def tool_choices(workspace: Workspace, held: Iterable[str]) -> list[tuple[str, str]]:
    """The workspace's tools, and those held without one, by name."""
    known = {tool.name for tool in tools.of_workspace(workspace)}
    return [(name, wording.tool_title(name)) for name in sorted(known | set(held))]
