"""The contract every kind of write fulfils, and the registry of them.

The keel knows what a tool *means* (arguments, risk, reversibility, what must be grounded); how it works lives in a
connector, above. Arguments are a pydantic model; connectors receive them validated.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from approvals import shelf


class UnknownTool(LookupError):
    """No connector registered a tool of that name and version. `GET /api/v1/tools` lists them."""


class Arguments(BaseModel):
    """Base of all arguments: unknown fields are refused, values are stripped, money is Decimal."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


@dataclass(frozen=True)
class Context:
    """On whose behalf a tool acts. It comes from the proposal's row, never from arguments: no agent picks a tenant."""

    workspace: str  # its slug
    version: str = (
        ""  # the target's, as it was signed; a tool that can compare while it writes refuses another
    )
    before: Mapping[str, Any] = field(default_factory=dict)  # what was read with that version; for look-ups


@dataclass(frozen=True)
class Observation:
    """The target as the worker read it: what will change (``before``), a ``version`` to compare, words for people."""

    before: dict[str, Any]
    version: str
    deadline: str | None = None  # until when the write can be reversed, in words or ISO date
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """The proof the far side gave: its ``reference``, the ``after``-image, and what a reversal will need."""

    reference: str
    after: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rehearsal:
    """A write that was not made: the ``request`` as it would go out, without secrets, and what it ``would`` leave."""

    request: str
    would: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Refused(Exception):
    """The target said no and always will: nothing was written. ``code`` names the failure class."""

    def __init__(self, code: str, message: str, field: str = ""):
        super().__init__(message)
        self.code, self.message, self.field = code, message, field


class Transient(Refused):
    """Nothing was written, and a later try may succeed: not before ``after`` seconds, where the target said so."""

    def __init__(self, code: str, message: str, field: str = "", *, after: float | None = None):
        super().__init__(code, message, field)
        self.after = after


class Unknown(Refused):
    """The request may have taken effect. Never sent again blindly: looked up by key, or owned by a person."""


class Tool(ABC):
    """One kind of write. Class attributes describe it, methods touch the world (only ever in a worker)."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    workspace: ClassVar[str] = ""  # the slug of the one it was declared in; empty: everybody's
    title: ClassVar[str]
    Arguments: ClassVar[type[Arguments]]
    risk: ClassVar[str] = "low"  # low, medium, high
    reversibility: ClassVar[str] = "none"  # exact, compensating, none
    way_back: ClassVar[str] = ""  # the same in the tool's own words: "Can be voided"
    way_back_until: ClassVar[str] = "until"  # what stands before the observed deadline
    cascade: ClassVar[str] = ""  # what undoing it cannot undo: "Who has read the letter has read it"
    customer_facing: ClassVar[bool] = False
    idempotency: ClassVar[str] = "none"  # key (the target honours our key), look_up, none
    observes: ClassVar[bool] = True
    grounded: ClassVar[dict[str, str]] = {}  # field -> name | date | money | text: must be found in evidence
    editable: ClassVar[tuple[str, ...]] = ()
    reversal_of: ClassVar[str | None] = None  # set on tools that undo another tool's executions
    max_seconds: ClassVar[float] = 30.0
    at_once: ClassVar[int | None] = None  # calls that one worker may have out; None: as many as it can

    def amount(self, arguments: Any) -> tuple[Decimal, str] | None:
        """Money at stake and its currency, or None."""
        return None

    def subject(self, arguments: Any) -> str:
        """What the write is about, when the proposer did not say."""
        return ""

    def likeness(self, arguments: Any) -> str:
        """Equal for writes that probably are the same event under another name; empty for never."""
        return ""

    def dates(self, arguments: Any) -> dict[str, Any]:
        """Dates by field, for the bounds gate."""
        return {}

    def headline(self, arguments: dict[str, Any]) -> str:
        """One line that says what will happen, from raw (perhaps invalid) arguments."""
        return self.title

    def reversal(
        self, arguments: dict[str, Any], receipt: dict[str, Any]
    ) -> tuple[str, dict[str, Any]] | None:
        """Name and arguments of the tool call that undoes an execution, or None."""
        return None

    @abstractmethod
    def observe(self, arguments: Any, *, context: Context) -> Observation:
        """Read the target. Changes nothing."""

    @property
    def compares(self) -> bool:
        """Whether it tells the versions of many targets in one question (see `versions_now`)."""
        return type(self).versions_now is not Tool.versions_now

    def versions_now(self, arguments: Sequence[Any], *, context: Context) -> list[str]:
        """Of each the ``version`` that `observe` would tell, at a small part of its cost."""
        return [self.observe(one, context=context).version for one in arguments]

    @abstractmethod
    def run(self, arguments: Any, *, key: str, context: Context) -> Receipt:
        """Write, once. Raises `Refused`, `Transient` or `Unknown`."""

    @abstractmethod
    def look_up(self, arguments: Any, *, key: str, context: Context) -> Receipt | None:
        """The receipt of an earlier write under ``key``, None when the target is sure there was none."""

    def spelled(self, arguments: Any, *, key: str, context: Context) -> str:
        """The request as it would go out, without secrets; asks nobody. Empty where there is nothing to show."""
        return ""

    @property
    def rehearses(self) -> bool:
        """Whether it can try a write without making it; otherwise a rehearsal only reads the target."""
        return type(self).rehearse is not Tool.rehearse

    def rehearse(self, arguments: Any, *, key: str, context: Context) -> Rehearsal:
        """Everything short of the write. Raises what `run` would, as far as the target says it now."""
        if not self.observes:
            return Rehearsal("")
        seen = self.observe(arguments, context=context)
        return Rehearsal("", {"before": seen.before}, seen.notes)


_registry: dict[str, Tool] = {}


def register(tool: Tool) -> None:
    """Make a tool known. Registering the same name twice replaces it, so that reloads are harmless."""
    _registry[tool.name] = tool


class Owner(Protocol):
    """A workspace, as far as its tools are concerned."""

    slug: str


def get(name: str, version: int | None = None) -> Tool:
    """The tool of that name, in that version or in its newest, retired or not. Raises `UnknownTool`."""
    tool = _registry.get(name) or shelf.find(name, version)
    if tool is None or (version is not None and tool.version != version):
        raise UnknownTool(name if version is None else f"{name} version {version}")
    return tool


def offered(name: str, version: int | None, *, workspace: str, again: bool = False) -> Tool:
    """The tool as something new may name it: of this workspace or of all, in the newest version and not retired.

    Another workspace's is as unknown as one that does not exist. ``again``: what began earlier goes on (it is undone
    or amended), under the version it began with. Raises `UnknownTool`.
    """
    tool = get(name, version)
    stays = again or name in _registry
    if tool.workspace not in ("", workspace) or not (stays or shelf.is_live(name, tool.version)):
        raise UnknownTool(name if version is None else f"{name} version {version}")
    return tool


def every() -> list[Tool]:
    """All registered tools, by name."""
    return [_registry[name] for name in sorted(_registry)]


def of_workspace(workspace: Owner) -> list[Tool]:
    """All tools that may be named in the workspace: the registered ones, and those it declared and did not retire."""
    return every() + shelf.live(workspace.slug)
