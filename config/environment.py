"""Every environment variable there is: the one place they are described, and the only way settings read them."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Variable:
    """One variable of the environment, as the README's table shows it."""

    name: str
    default: str
    meaning: str
    secret: bool = False


VARIABLES = (
    Variable(
        "COUNTERSIGN_ENV", "development", "`development` or `production`; production refuses unsafe settings"
    ),
    Variable("DEBUG", "false", "Django's debug pages; never in production"),
    Variable(
        "SECRET_KEY", "a key for development", "signs sessions and forms; 50 characters or more", secret=True
    ),
    Variable("SITE_URL", "http://127.0.0.1:PORT", "the address people use, for links in notices"),
    Variable(
        "ALLOWED_HOSTS", "127.0.0.1,localhost and the host of SITE_URL", "host names this site answers to"
    ),
    Variable("PORT", "8000", "the port the web process listens on"),
    Variable("BIND", "127.0.0.1", "the address the web process listens on"),
    Variable("WEB_WORKERS", "1", "web processes"),
    Variable("WORKERS", "1", "worker processes, which alone reach outside"),
    Variable(
        "DATABASE_URL",
        "embedded PostgreSQL",
        "`postgresql://user:key@host/database`; sessions of its own, no pooler that shares them between transactions",
        secret=True,
    ),
    Variable("DATABASE_POOL_SIZE", "20", "most database connections of one process; 0 opens one per request"),
    Variable("REDIS_URL", "embedded Redis", "`redis://host:6379/0`; a doorbell, never a truth", secret=True),
    Variable(
        "BOOKS_DATABASE_URL",
        "embedded PostgreSQL",
        "the books, as the role that may only post; workers",
        secret=True,
    ),
    Variable(
        "BOOKS_ADMIN_URL",
        "embedded PostgreSQL",
        "the books, as their owner; only to prepare them",
        secret=True,
    ),
    Variable(
        "LEDGER_KEY_FILE",
        "ledger.key in VAR_DIR, made on first use",
        "the Ed25519 key that seals the ledger; shared by all workers, kept from the web process",
        secret=True,
    ),
    Variable("VAR_DIR", "var", "where embedded servers and collected files live"),
    Variable(
        "OPENAI_API_KEY",
        "none",
        "a key for the model; without one workflows read by rule; workers",
        secret=True,
    ),
    Variable("OPENAI_BASE_URL", "the library's own", "another address that speaks the same protocol"),
    Variable("OPENAI_MODEL", "gpt-4.1-mini", "the model asked first"),
    Variable(
        "EMAIL_URL",
        "none",
        "`smtp://`, `smtp+tls://` or `smtp+ssl://user:key@host:port`; without one no letters are sent; workers",
        secret=True,
    ),
    Variable("EMAIL_FROM", "`Countersign <countersign@HOST>`, the host of SITE_URL", "who letters are from"),
    Variable(
        "LETTERS", "true where EMAIL_URL is set", "whether letters are sent; for processes without EMAIL_URL"
    ),
    Variable(
        "HTTP_ALLOW",
        "none: the public internet only",
        "what else workers may call, with commas: `127.0.0.1:8080, 10.2.0.0/16, crm.internal`",
    ),
    Variable(
        "SECRETS_DIR",
        "none",
        "a folder of secrets, a file `<workspace>/<NAME>` each, beside variables `SECRET_<WORKSPACE>__<NAME>`; workers",
        secret=True,
    ),
    Variable(
        "HEARTBEAT_URL",
        "none",
        "asked for (GET) every minute in which no escalation is late, so that its absence alarms somebody; workers",
        secret=True,
    ),
    Variable(
        "METRICS_TOKEN",
        "none: there is no `/metrics`",
        "the bearer token with which Prometheus may read `/metrics`; 16 characters or more",
        secret=True,
    ),
    Variable(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "none: no traces",
        "a collector that takes OTLP over HTTP, such as `http://collector:4318`; wants `pip install .[otel]`",
    ),
    Variable(
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_ENDPOINT and `/v1/traces`",
        "where traces go, in full",
    ),
    Variable(
        "OTEL_EXPORTER_OTLP_HEADERS",
        "none",
        "what the collector wants to be shown, `name=value`; workers",
        secret=True,
    ),
    Variable("OTEL_SERVICE_NAME", "countersign", "what traces call this site"),
    Variable("OTEL_SDK_DISABLED", "false", "true: no traces, whatever else is set"),
    Variable("DEMO_PASSWORD", "made up and printed", "the password of the demo's people", secret=True),
    Variable("LOG_LEVEL", "INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`"),
    Variable("LOG_FORMAT", "pretty in development, json in production", "`pretty` or `json`"),
    Variable("TRUSTED_PROXIES", "0", "proxies in front of the site whose forwarded headers are believed"),
    Variable("SSL_REDIRECT", "true in production", "sends http to https; false where a proxy does"),
    Variable("HSTS_SECONDS", "31536000 in production", "how long browsers insist on https"),
)
# What only workers may see; the supervisor takes these out of the web process's environment.
WORKERS_ONLY = (
    "BOOKS_DATABASE_URL",
    "BOOKS_ADMIN_URL",
    "LEDGER_KEY_FILE",
    "OPENAI_API_KEY",
    "EMAIL_URL",
    "SECRETS_DIR",
    "HEARTBEAT_URL",
    "OTEL_EXPORTER_OTLP_HEADERS",
)
# What those need of it that call no tools: one writes to people, the other reads golden sets and sends traces.
POST_ONLY = ("EMAIL_URL", "SECRETS_DIR")  # and the secrets of workspaces, by which channels are signed
SLOW_ONLY = (
    "OPENAI_API_KEY",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "BOOKS_DATABASE_URL",
)  # whose vendors receipts name
SECRET_OF_THE_SITE = "SECRET_KEY"  # noqa: S105 - the one name that begins like a connector's secret and is none

_SAFE_BY = {"smtp": ("", 25), "smtp+tls": ("tls", 587), "smtp+ssl": ("ssl", 465)}


class Environment:
    """Reads documented variables, and answers a wrong value with a sentence. An empty value counts as unset."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values
        self.read: set[str] = set()

    def _raw(self, name: str) -> str:
        if name not in {variable.name for variable in VARIABLES}:
            raise ImproperlyConfigured(f"{name} is read but not described in config/environment.py.")
        self.read.add(name)
        return self.values.get(name, "").strip()

    def text(self, name: str, default: str = "") -> str:
        return self._raw(name) or default

    def secret(self, name: str, *, least: int) -> str:
        """A secret that is long enough not to be guessed, or none."""
        value = self._raw(name)
        if value and len(value) < least:
            raise ImproperlyConfigured(f"{name} must have {least} characters or more.")
        return value

    def words(self, name: str, default: list[str]) -> list[str]:
        raw = self._raw(name)
        return [word.strip() for word in raw.split(",") if word.strip()] if raw else default

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self._raw(name) or default
        if value not in choices:
            raise ImproperlyConfigured(f"{name} is {value!r}, and must be one of: {', '.join(choices)}.")
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self._raw(name).lower() or str(default).lower()
        if value not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
            raise ImproperlyConfigured(f"{name} is {value!r}, and must be true or false.")
        return value in {"true", "1", "yes", "on"}

    def number(self, name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
        value = self._raw(name) or str(default)
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise ImproperlyConfigured(
                f"{name} is {value!r}, and must be a whole number from {least} to {most}."
            )
        return int(value)

    def address(self, name: str, schemes: tuple[str, ...], default: str = "") -> str:
        value = self._raw(name) or default
        if value and urlsplit(value).scheme not in schemes:
            raise ImproperlyConfigured(
                f"{name} must begin with one of: {', '.join(f'{s}://' for s in schemes)}."
            )
        return value

    def post(self, name: str) -> dict[str, Any]:
        """A mail server, as Django's SMTP backend takes it; empty when there is none."""
        url = self.address(name, tuple(_SAFE_BY))
        if not url:
            return {}
        parts = urlsplit(url)
        try:
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host:
            raise ImproperlyConfigured(f"{name} must name a host, and a port that is a number.")
        safe_by, usual = _SAFE_BY[parts.scheme]
        return {
            "host": host, "port": port or usual, "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""), "use_tls": safe_by == "tls", "use_ssl": safe_by == "ssl",
        }  # fmt: skip

    def mailbox(self, name: str, default: str) -> str:
        value = self._raw(name) or default
        if any(ord(letter) < 32 for letter in value) or "@" not in parseaddr(value)[1]:
            raise ImproperlyConfigured(
                f"{name} is {value!r}, and must be like: Countersign <sign@example.org>."
            )
        return value

    def database(self, name: str, default: str) -> dict[str, Any]:
        return dict(environ.Env.db_url_config(self.address(name, ("postgres", "postgresql"), default)))


def for_workers_only(name: str) -> bool:
    """Whether no process but a worker may be told: what `WORKERS_ONLY` lists, and the secrets of connectors."""
    return name in WORKERS_ONLY or is_of_workspace(name)


def is_of_workspace(name: str) -> bool:
    """Whether it is a secret of one workspace, as `approvals.secret_names` calls them."""
    return name.startswith("SECRET_") and name != SECRET_OF_THE_SITE


def table() -> str:
    """The variables as a Markdown table, for the README."""
    rows = [f"| `{v.name}` | {v.default} | {v.meaning}{' (secret)' if v.secret else ''} |" for v in VARIABLES]
    return "\n".join(["| Variable | Default | Meaning |", "| --- | --- | --- |", *rows])
