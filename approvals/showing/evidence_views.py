"""A picture that came as evidence, as the bytes it is and never as anything that could act."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from approvals import access
from approvals.showing import pictures

LOCKED = "sandbox; default-src 'none'"


@require_safe
def evidence(request: HttpRequest, workspace: str, proposal: str, number: int) -> HttpResponse:
    """The ``number``-th piece of a proposal's evidence, if it is a picture."""
    member = access.member(request, workspace)
    row = access.proposal(member, proposal).evidence.filter(position=number, kind="image").first()
    if row is None or not pictures.claimed(row.content):
        raise Http404("no such picture")
    try:
        picture = pictures.read(row.content)
    except pictures.NotAPicture as error:
        raise Http404(str(error)) from error
    extension = picture.type.partition("/")[2]
    return HttpResponse(
        picture.data,
        content_type=picture.type,
        headers={
            "Cache-Control": "no-store, private",
            "Content-Disposition": f'inline; filename="evidence-{number}.{extension}"',
            "Content-Security-Policy": LOCKED,
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
