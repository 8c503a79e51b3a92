"""Channels as admins type them."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.text import capfirst

from approvals import secret_names
from approvals.models import Workspace
from exceptions.channels import Terms
from exceptions.models import Channel, Team
from exceptions.models.channel import Kind

KINDS = [(kind.value, capfirst(str(kind.label))) for kind in (Kind.CHAT, Kind.WEBHOOK)]


class ChannelForm(forms.Form):
    """What may be changed of a channel. What kind it is stays."""

    name = forms.CharField(max_length=60)
    team = forms.ModelChoiceField(
        Team.objects.none(), required=False, empty_label="No team of its own",
        help_text="When a call to this team does not arrive by other ways, it is sent here too.",
    )  # fmt: skip
    url = forms.CharField(
        required=False, max_length=500, label="Address of the webhook",
        help_text="Empty for a chat, whose whole address is its secret.",
        widget=forms.URLInput(attrs={"spellcheck": "false"}),
    )  # fmt: skip
    secret = forms.CharField(
        max_length=secret_names.LONGEST_NAME, label="Name of its secret",
        help_text="Of the chat’s address, or of the webhook’s signing key (whsec_…). Only workers hold what is in it.",
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "characters"}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, workspace: Workspace, channel: Channel | None = None):
        self.channel = channel
        initial = vars(channel) | {"team": channel.team_id} if channel else {}
        auto_id = f"channel{channel.pk}-%s" if channel else "new-%s"
        super().__init__(data, initial=initial, label_suffix="", auto_id=auto_id)
        teams = Team.objects.filter(workspace=workspace).order_by("name")
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]

    def what_kind(self) -> str:
        return self.channel.kind if self.channel else str(self.cleaned_data.get("kind", ""))

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if not secret_names.is_name(secret):
            raise forms.ValidationError("Capital letters, digits and single _, such as FINANCE_ROOM.")
        return secret

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        url, webhook = told.get("url", ""), self.what_kind() == Kind.WEBHOOK
        if url and not webhook:
            self.add_error("url", "A chat’s address is its secret: give its name below, and nothing here.")
        elif webhook:
            self._check(url)
        return told

    def _check(self, url: str) -> None:
        try:
            URLValidator(schemes=["https", "http"])(url)
        except forms.ValidationError:
            self.add_error("url", "An address such as https://hooks.example.org/countersign.")
            return
        if "@" in url.partition("://")[2].partition("/")[0]:
            self.add_error(
                "url", "No user and no password: what is secret has a name and stays with workers."
            )

    def terms(self) -> Terms:
        """What the form says, once it is valid."""
        said = self.cleaned_data
        return Terms(name=said["name"], team=said["team"], url=said["url"], secret=said["secret"])


class NewChannelForm(ChannelForm):
    """Also its kind."""

    kind = forms.ChoiceField(choices=KINDS, label="Kind")
    field_order = ["name", "kind", "url", "secret", "team"]
