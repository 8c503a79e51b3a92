"""Who is calling: the agent behind a bearer token. A session means nothing here, and this token nothing elsewhere."""

from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer
from structlog.contextvars import unbind_contextvars

from approvals import actors, agents
from approvals.models import Agent, Token
from runs.api import resting
from runs.api.problems import unauthorised


class TokenAuth(HttpBearer):
    """`Authorization: Bearer csk_…`, shown once by `manage.py issue_token`."""

    def __call__(self, request: HttpRequest) -> Token:
        unbind_contextvars("proposal_id", "run_id", "case_id")  # of an earlier request in this thread
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise unauthorised()
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        try:
            return agents.recognise(secret=token, now=timezone.now())
        except agents.NotRecognised as error:
            raise unauthorised("invalid_token") from error


class RestingTokenAuth(TokenAuth):
    """The same for a request that may wait long: it gives its database connection back at once."""

    is_async = True

    async def __call__(self, request: HttpRequest) -> Token:  # type: ignore[override]
        return await resting.briefly(super().__call__, request)


def token(request: HttpRequest) -> Token:
    """The token the request was let in with."""
    return cast(Token, request.auth)  # type: ignore[attr-defined]


def agent(request: HttpRequest) -> Agent:
    return token(request).agent


def actor(request: HttpRequest) -> actors.Actor:
    return actors.agent(token(request).agent_id, token(request).prefix)
