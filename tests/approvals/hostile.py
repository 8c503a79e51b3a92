"""What attacks on addresses need: every form and every link of a workspace's pages, found by walking them."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

ALIKE = 3
UNTOLD = {  # what no form and no link of a page tells of
    "review": ("q", "after", "saw", "panel", "least", "most", "due", "gate", "agent", "tool", "currency"),
    "proposal": ("saw", "after"),
    "batch": ("from",),
    "notices": ("before",),
    "review-counts": ("top",),
    "review-rows": ("open", "after", "from"),
    "decision": ("seen_ms", "evidence_ms", "panes", "round"),
    "edit": ("seen_ms", "evidence_ms", "panes", "round", "add", "remove", "preview"),
    "own-hours-set": ("usual",),
    "notices-read": ("upto",),
    "holds": ("open", "ahead", "epoch"),
    "batch-decide": ("tick", "verdict", "reason_code", "note"),
    "set-aside": ("choice", "at"),
}


@dataclass
class Asked:
    """One thing a page can ask for: by which method, where, and with which fields."""

    method: str
    path: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return named(self.path)


def named(path: str) -> str:
    """The name of the address, or nothing where there is none."""
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""


class _Page(HTMLParser):
    """The forms and links of a page, and what a script would ask for."""

    def __init__(self, path: str):
        super().__init__()
        self.path, self.found, self.form = path, [], None
        self.kept: dict[str, Asked] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = self._add(told.get("method", "get").upper(), told.get("action") or self.path)
            self.kept[told.get("id", "")] = self.form
        elif tag == "a" and told.get("href"):
            self._add("GET", told["href"])
        for verb in ("get", "post"):
            if told.get(f"hx-{verb}") and tag != "form":
                self._add(verb.upper(), told[f"hx-{verb}"])
        if tag in ("input", "select", "textarea", "button") and told.get("name"):
            self._take(told)
        if told.get("formaction"):
            self._add("POST", told["formaction"])

    def handle_endtag(self, tag: str) -> None:
        self.form = None if tag == "form" else self.form

    def _take(self, told: dict[str, str]) -> None:
        form = self.kept.get(told.get("form", "-")) or self.form
        if form is not None and told["name"] != "csrfmiddlewaretoken":
            form.fields.setdefault(told["name"], told.get("value", ""))

    def _add(self, method: str, url: str) -> Asked:
        parts = urlsplit(url)
        path = parts.path if parts.path.startswith("/") else self.path
        made = Asked(method, path, dict(parse_qsl(parts.query)))
        if not parts.netloc:
            self.found.append(made)
        return made


def walked(client: Client, home: str, *pages: str) -> list[Asked]:
    """One of each thing that these pages, and those they lead to under ``home``, can ask for: by method and name, with
    every field seen anywhere. Of a kind of page at most `ALIKE` are looked at, ``pages`` aside.
    """
    found: dict[tuple[str, str], Asked] = {}
    seen: Counter[str] = Counter()
    been: set[str] = set()
    ahead = [*pages, home]
    for path in ahead:
        name = named(path)
        if path in been or not path.startswith(home) or (seen[name] >= ALIKE and path not in pages):
            continue
        been.add(path)
        seen[name] += 1
        answer = client.get(path)
        for asked in [Asked("GET", path), *_read(path, answer)]:
            kept = found.setdefault((asked.method, asked.name), asked)
            kept.fields = asked.fields | kept.fields
            if asked.method == "GET" and asked.name:
                ahead.append(asked.path)
    inside = [asked for asked in found.values() if asked.name and asked.path.startswith(home)]
    for asked in inside:
        asked.fields = dict.fromkeys(UNTOLD.get(asked.name, ()), "") | asked.fields
    return inside


def _read(path: str, answer: HttpResponse) -> list[Asked]:
    if "text/html" not in answer.headers.get("Content-Type", ""):
        return []
    page = _Page(path)
    page.feed(answer.text)
    return [asked for asked in page.found if asked.method in ("GET", "POST")]
