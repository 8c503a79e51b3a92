"""Open cases that would lie elsewhere if they opened now, and a button to move them there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from approvals import access, wording
from approvals.models.workspace import Role
from exceptions import registry_page, rerouting

SHOWN = 200
TAB = "rules"


@require_http_methods(["GET", "HEAD", "POST"])
def reroute(request: HttpRequest, workspace: str) -> HttpResponse:
    """Which they are; and those ticked are moved, where they still belong there."""
    member = access.member(request, workspace, Role.ADMIN)
    if request.method == "POST":
        marks = request.POST.getlist("case")[:SHOWN]
        moved = rerouting.move(marks=marks, member=member, actor=access.actor(request), now=timezone.now())
        left = len(set(marks)) - moved
        said = f"{wording.counted(moved, 'case')} moved." if moved else "No case was moved."
        said = said[:1].upper() + said[1:]
        if left:
            stayed = wording.counted(left, "case")
            said += f" {stayed[:1].upper()}{stayed[1:]} no longer belong{'s' if left == 1 else ''} where it was shown."
        (messages.success if moved else messages.info)(request, said)
        return redirect("registry-reroute", workspace)
    moves = rerouting.moves(member.workspace)
    context = {"moves": moves.found[:SHOWN], "count": len(moves.found), "more": moves.more, "shown": SHOWN}
    return registry_page.show(request, member, TAB, "reroute", context)
