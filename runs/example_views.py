"""Settings, Examples: what a team's messages are sorted by, how well, and where the next file is handed in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from approvals.administering import settings_page
from approvals.answering.review_pages import SeeOther
from approvals.models import Membership
from approvals.statistics import bounds
from runs.models import ExampleSet
from runs.workflows.tickets import examples, learning

TAB, SHOWN = "settings-models", 20
LARGEST = 8_000_000


class FileForm(forms.Form):
    """One file of JSON lines."""

    file = forms.FileField(
        label="File of examples",
        help_text="JSON lines: text and label; for a label once also its team and reply. 8 MB at most.",
    )

    def __init__(self, data: Any = None, files: Any = None):
        super().__init__(data, files, label_suffix="")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("That file is larger than 8 MB. Leave some examples out.")
        return file


@require_safe
@never_cache
def example_page(request: HttpRequest, workspace: str) -> HttpResponse:
    """The set in use, and those before it."""
    return _page(request, settings_page.reader(request, workspace), FileForm())


@require_POST
def supply(request: HttpRequest, workspace: str) -> HttpResponse:
    """Sort by these from now on."""
    member, form = settings_page.admin(request, workspace), FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            kept = examples.supply(
                workspace=member.workspace, supplied=examples.read(form.cleaned_data["file"]), by=member.user_id,
                actor=access.actor(request), now=timezone.now(),
            )  # fmt: skip
        except examples.UnreadableExamples as error:
            form.add_error("file", str(error))
        except learning.TooFew:
            form.add_error("file", f"Too few: at least {learning.FEWEST} examples, of two labels or more.")
        else:
            messages.success(request, f"{kept.size} examples are sorted by from now on.")
            return SeeOther(reverse("settings-examples", args=[workspace]))
    return _page(request, member, form, code=422)


def _page(request: HttpRequest, member: Membership, form: FileForm, code: int = 200) -> HttpResponse:
    rows = ExampleSet.objects.filter(workspace=member.workspace_id, workflow=examples.WORKFLOW).defer(
        "examples"
    )
    used = rows.filter(retired_at__isnull=True).select_related("set_by").first()
    low, high = bounds.wilson(used.right, used.held_out) if used else (0.0, 1.0)
    context = {
        "used": used, "form": form, "interval": f"{low * 100:.0f} to {high * 100:.0f} %",
        "floor": f"{learning.FLOOR * 100:.0f} %",
        "labels": [{"label": label} | told for label, told in used.labels.items()] if used else [],
        "past": rows.filter(retired_at__isnull=False).order_by("-id")[:SHOWN],
    }  # fmt: skip
    return settings_page.show(request, member, TAB, "examples", context, code=code)
