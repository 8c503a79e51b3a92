"""The registry as a file: written out whole, read back with nothing taken on trust, and compared before it holds."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from approvals.actors import Actor
from approvals.models import Membership, Workspace
from exceptions import class_words, registry, revisions, rules, ruling, terms
from exceptions.class_forms import ClassForm
from exceptions.models import FailureClass, Plan, Rule, Team
from exceptions.rule_forms import RuleForm

FORMAT = "countersign-registry-1"
LARGEST = 1_000_000  # characters
MOST_ERRORS = 50
NESTED = ("retry", "escalating")
Errors = list[str]


class Refused(ValueError):
    """The file says what cannot be; ``errors`` are sentences, one a fault. Nothing was changed."""

    def __init__(self, errors: Errors):
        super().__init__("; ".join(errors))
        self.errors = errors[:MOST_ERRORS]


class StaleFile(LookupError):
    """The registry changed since the file was compared with it."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Retry(_Part):
    tries: int | None = None
    seconds: int | None = None
    factor: int | None = None
    within_minutes: int | None = None


class _Surge(_Part):
    failures: int | None = None
    times: int | None = None
    money: str | None = None


class _Class(_Part):
    title: str | None = None
    kind: str | None = None
    severity: str | None = None
    owner: str | None = None
    backup: str | None = None
    escalation: str | None = None
    acknowledge_minutes: int | None = None
    resolve_hours: int | None = None
    handling: str | None = None
    retry: _Retry | None = None
    escalating: _Surge | None = None
    resolutions: list[str] | None = None
    runbook: list[str] | None = None


class _When(_Part):
    code: str = ""
    connector: str = ""
    operation: str = ""
    agent: str = ""
    field: str = ""
    message: str = ""
    currency: str = ""
    amount_from: str = ""


class _Rule(_Part):
    name: str
    when: _When
    gives: str | None = Field(default=None, alias="class")
    owner: str | None = None


class _File(_Part):
    format: str = Field(pattern=f"^{FORMAT}$")
    classes: dict[str, _Class] = Field(default_factory=dict, max_length=500)
    rules: list[_Rule] | None = Field(default=None, max_length=rules.MOST)


@dataclass(frozen=True)
class Preview:
    """What bringing a file in would change; ``digest`` is of what it was compared with."""

    classes: list[tuple[str, list[dict[str, str]]]]
    rules: list[dict[str, str]]
    digest: str


def export(workspace: Workspace) -> dict[str, Any]:
    """Everything an admin set of classes and rules, by names."""
    rows = FailureClass.objects.filter(workspace=workspace).select_related("owner", "backup", "plan")
    return {
        "format": FORMAT,
        "classes": {row.code: terms.told(terms.of(row)) for row in rows.order_by("code")},
        "rules": [ruling.told(rule) for rule in ruling.in_order(workspace.pk)],
    }


def dump(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def digest(workspace: Workspace) -> str:
    """Of the registry as it is."""
    return hashlib.sha256(dump(export(workspace)).encode()).hexdigest()


def preview(*, text: str, member: Membership, actor: Actor, now: datetime) -> Preview:
    """Bring the file in, look at what came of it, and take it all back. Raises `Refused`."""
    workspace = member.workspace
    with transaction.atomic():
        seen, before = digest(workspace), export(workspace)
        _apply(_read(text), member, actor, now)
        after = export(workspace)
        transaction.set_rollback(True)
    classes = [
        (code, revisions.differences(_words(before, code), _words(after, code)))
        for code in after["classes"]
        if after["classes"][code] != before["classes"].get(code)
    ]
    return Preview(classes, revisions.differences(ruling.words(before), ruling.words(after)), seen)


def bring_in(*, text: str, seen_digest: str, member: Membership, actor: Actor, now: datetime) -> None:
    """The file holds from now on: classes it names, and its rules instead of all others. All of it or nothing.

    Raises `Refused`, `StaleFile`, `registry.NotYourRegistry`.
    """
    with transaction.atomic():
        if digest(member.workspace) != seen_digest:
            raise StaleFile(seen_digest)
        try:
            _apply(_read(text), member, actor, now)
        except (registry.StaleClass, ruling.StaleRules) as error:
            raise StaleFile(seen_digest) from error


def _words(content: dict[str, Any], code: str) -> dict[str, str]:
    known = content["classes"].get(code)
    return class_words.of(known) if known else {}


def _read(text: str) -> _File:
    try:
        return _File.model_validate(json.loads(text))
    except ValidationError as error:
        faults = [(".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors()]
        raise Refused([f"{place or 'The file'}: {said}" for place, said in faults]) from error
    except (ValueError, RecursionError) as error:
        raise Refused(["This is no JSON."]) from error


def _apply(file: _File, member: Membership, actor: Actor, now: datetime) -> None:
    registry.of_admin(member, member.workspace_id)
    workspace, errors = member.workspace, Errors()
    known = {row.code: row for row in registry.classes(workspace.pk)}
    places = _Places(workspace)
    for code, said in file.classes.items():
        row = known.get(code) or FailureClass(workspace=workspace, code=code, version=1)
        if row.pk is None and not registry.is_code(code):
            errors.append(f"{code!r} is no code: small letters, digits and _, parts with dots between.")
            continue
        if row.pk and _says_nothing_new(row, said):
            continue
        form = ClassForm(row, _class_data(row, said, places, errors))
        if not form.is_valid():
            errors += _faults(code, form)
        elif row.pk is None:
            registry.add(row=row, terms=form.terms(), member=member, actor=actor, now=now)
        elif form.terms() != terms.of(row):
            registry.change(failure_class=row, seen_version=row.version, terms=form.terms(), member=member,
                            actor=actor, now=now)  # fmt: skip
    if file.rules is not None:
        _apply_rules(file.rules, _Places(workspace), errors, member, actor, now)
    if errors:
        raise Refused(errors)


def _apply_rules(
    said: list[_Rule], places: "_Places", errors: Errors, member: Membership, actor: Actor, now: datetime
) -> None:
    seen, wanted = ruling.version(member.workspace_id), list[Rule]()
    for place, rule in enumerate(said, start=1):
        where = f"Rule {place}, {rule.name!r}"
        data = rule.when.model_dump() | {
            "name": rule.name, "place": place, "seen": seen,
            "failure_class": places.find("classes", rule.gives, f"{where}: kind of failure", errors),
            "owner": places.find("teams", rule.owner, f"{where}: team", errors),
        }  # fmt: skip
        form = RuleForm(data, workspace_id=member.workspace_id)
        if form.is_valid():
            wanted.append(form.wanted())
        else:
            errors += _faults(where, form)
    before = [ruling.told(rule) for rule in ruling.in_order(member.workspace_id)]
    if not errors and [ruling.told(rule) for rule in wanted] != before:
        ruling.replace(wanted=wanted, seen_version=seen, member=member, actor=actor, now=now)


class _Places:
    """Ids of what a file calls by name."""

    def __init__(self, workspace: Workspace):
        self.known: dict[str, dict[str, int]] = {
            "teams": dict(Team.objects.filter(workspace=workspace).values_list("name", "pk")),
            "plans": dict(Plan.objects.filter(workspace=workspace).values_list("name", "pk")),
            "classes": dict(FailureClass.objects.filter(workspace=workspace).values_list("code", "pk")),
        }

    def find(self, what: str, name: str | None, where: str, errors: Errors) -> int | str:
        if not name:
            return ""
        if name not in self.known[what]:
            errors.append(f"{where} “{name}” does not exist here.")
        return self.known[what].get(name, "")


def _says_nothing_new(row: FailureClass, said: _Class) -> bool:
    here, told = terms.told(terms.of(row)), said.model_dump(exclude_none=True)
    return here == {**here, **told} | {name: {**here[name], **told.get(name, {})} for name in NESTED}


def _class_data(row: FailureClass, said: _Class, places: _Places, errors: Errors) -> dict[str, Any]:
    """A form as it stands, but for what the file says."""
    told = said.model_dump(exclude_none=True)
    nested = [told.pop(name, {}) for name in NESTED]
    data = {_TYPED.get(name, name): value for part in (told, *nested) for name, value in part.items()}
    for name, what in {"owner": "teams", "backup": "teams", "plan": "plans"}.items():
        if name in data:
            data[name] = places.find(what, data[name], f"{row.code}: {name}", errors)
    if "runbook" in data:
        data["runbook"] = "\n".join(data["runbook"])
    return {**ClassForm(row).initial, **data}


_TYPED = {
    "escalation": "plan", "seconds": "retry_seconds", "factor": "retry_factor",
    "within_minutes": "retry_within_minutes", "failures": "surge_least", "times": "surge_times",
    "money": "alarm_money",
}  # fmt: skip


def _faults(where: str, form: Any) -> Errors:
    found = []
    for name, words in form.errors.items():
        label = form[name].label if name in form.fields else ""
        found += [f"{where}{', ' if label else ''}{label}: {word}" for word in words]
    return found
