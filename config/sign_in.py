"""The people's way in, and what it says to one who has tried too often."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import permission_denied

from approvals.access import SignInFirst

LOCKED_OUT = "This name is locked from here for {} minutes after the last try. Wait, then sign in again."


class SignIn(LoginView):
    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]
) -> HttpResponse:
    """Too many wrong passwords: the same page, which says so and for how long."""
    context = {
        "form": AuthenticationForm(request),
        "locked_out": LOCKED_OUT.format(settings.AXES_COOLOFF_TIME.seconds // 60),
        "next": request.POST.get("next", ""),
    }
    return render(request, SignIn.template_name, context, status=429)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, except for somebody who is not signed in: they are led to the sign-in page and back."""
    if isinstance(exception, SignInFirst):
        return redirect_to_login(request.get_full_path())
    return permission_denied(request, exception)
