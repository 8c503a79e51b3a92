"""What production insists on: every problem is named at once, so that one restart is enough."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe(
    *, debug: bool, secret_key: str, development_key: str, allowed_hosts: list[str], present: set[str]
) -> None:
    problems = []
    if debug:
        problems.append("DEBUG is on, and its pages show settings to strangers: turn it off.")
    if secret_key == development_key:
        problems.append("SECRET_KEY is not set, and the development key is public: set one of your own.")
    elif len(secret_key) < 50 or len(set(secret_key)) < 10:
        problems.append("SECRET_KEY is too easy to guess: use at least 50 random characters.")
    if "DATABASE_URL" not in present:
        problems.append(
            "DATABASE_URL is not set, and the embedded PostgreSQL is for development: name a server."
        )
    if "REDIS_URL" not in present:
        problems.append("REDIS_URL is not set, and the embedded Redis is for development: name a server.")
    if "SITE_URL" not in present and "ALLOWED_HOSTS" not in present:
        problems.append(
            "Neither SITE_URL nor ALLOWED_HOSTS is set: say which host names this site answers to."
        )
    if "*" in allowed_hosts:
        problems.append("ALLOWED_HOSTS allows every host: name the ones this site answers to.")
    if problems:
        raise ImproperlyConfigured("Production refuses to start:\n" + "\n".join(f"- {p}" for p in problems))
