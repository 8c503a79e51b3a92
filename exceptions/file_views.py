"""The registry as a file: taken home, and brought back after a look at what it would change."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from approvals import access
from approvals.models import Membership
from approvals.models.workspace import Role
from exceptions import registry_file, registry_page

TAB = "registry-file"


class FileForm(forms.Form):
    """A file, or its text as it was looked at."""

    file = forms.FileField(
        label="File", required=False, help_text="As this page gives it out. Classes it does not name stay as they are.",
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )  # fmt: skip
    text = forms.CharField(
        required=False, max_length=registry_file.LARGEST, strip=False, widget=forms.HiddenInput
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if sent := said.get("file"):
            if sent.size > registry_file.LARGEST:
                raise forms.ValidationError("That file is too large: a registry has less than a megabyte.")
            try:
                said["text"] = sent.read().decode()
            except UnicodeDecodeError as error:
                raise forms.ValidationError("That file is not text in UTF-8.") from error
        if not said.get("text"):
            raise forms.ValidationError("Choose a file first.")
        return said


@require_safe
def file_page(request: HttpRequest, workspace: str) -> HttpResponse:
    """How to take the registry home and how to bring it back."""
    return _page(request, access.member(request, workspace), FileForm(label_suffix=""))


@require_safe
def download(request: HttpRequest, workspace: str) -> HttpResponse:
    """Classes and rules as JSON."""
    member = access.member(request, workspace)
    text = registry_file.dump(registry_file.export(member.workspace))
    name = f"{member.workspace.slug}-registry.json"
    return HttpResponse(
        text,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_POST
def upload(request: HttpRequest, workspace: str) -> HttpResponse:
    """Look at what a file would change; and with what was seen, let it hold."""
    member, now = access.member(request, workspace, Role.ADMIN), timezone.now()
    form, actor = FileForm(request.POST, request.FILES, label_suffix=""), access.actor(request)
    if not form.is_valid():
        return _page(request, member, form, code=422)
    text, seen = form.cleaned_data["text"], form.cleaned_data["seen"]
    try:
        if seen:
            registry_file.bring_in(text=text, seen_digest=seen, member=member, actor=actor, now=now)
            messages.success(request, "The file holds from now on. Open cases stay where they are.")
            return redirect(TAB, workspace)
        more = {
            "preview": registry_file.preview(text=text, member=member, actor=actor, now=now),
            "text": text,
        }
    except registry_file.Refused as error:
        return _page(request, member, form, code=422, errors=error.errors)
    except registry_file.StaleFile:
        why = "The registry changed meanwhile. Choose the file again to see what it would change now."
        return _page(request, member, form, code=422, errors=[why])
    return _page(request, member, form, **more)


def _page(
    request: HttpRequest, member: Membership, form: FileForm, *, code: int = 200, **more: Any
) -> HttpResponse:
    return registry_page.show(request, member, TAB, "registry_file", {"form": form} | more, code=code)
