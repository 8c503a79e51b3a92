"""The hostile target as a process, and a tool that writes to it by the product's own way out."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any

from approvals import tools
from approvals.tools import Context, Observation, Receipt, Refused, Unknown
from config.keeper import dies_with_parent
from runs.http.client import send
from runs.http.limits import Limits
from runs.http.request import Request
from runs.http.verdicts import judge
from tests.architecture.sources import ROOT
from tests.hostile_target import Effects

ADDRESS = "HOSTILE_ADDRESS"  # host:port, for workers
QUICK = Limits(total_seconds=2, connect_seconds=1, read_seconds=1)


class Target:
    """The process; it ends with the test, and with whoever started it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        store = folder / "effects.sqlite"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile_target", str(store)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            start_new_session=True, preexec_fn=dies_with_parent("SIGKILL"),
        )  # fmt: skip
        assert self.process.stdout is not None
        self.address = f"127.0.0.1:{int(self.process.stdout.readline())}"
        self.effects = Effects(store)

    @property
    def environment(self) -> dict[str, str]:
        """What a worker needs to reach it."""
        return {"HTTP_ALLOW": self.address, ADDRESS: self.address}

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()
        self.effects.close()

    def __enter__(self) -> "Target":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()


class Write(tools.Arguments):
    mode: str
    number: int
    total: Decimal = Decimal("10.00")


class HostileWrite(tools.Tool):
    """A write to a target that keeps no key from being used twice, and can be asked by key."""

    name = "hostile.write"
    title = "Write to the hostile target"
    Arguments = Write
    reversibility = "compensating"
    idempotency = "look_up"
    observes = False
    editable = ("number",)
    max_seconds = 3.0

    def amount(self, arguments: Write) -> tuple[Decimal, str]:
        return arguments.total, "EUR"

    def subject(self, arguments: Write) -> str:
        return f"hostile:{arguments.number}"

    def observe(self, arguments: Write, *, context: Context) -> Observation:
        return Observation(before={}, version="")

    def run(self, arguments: Write, *, key: str, context: Context) -> Receipt:
        body = json.dumps({"number": arguments.number}).encode()
        headers = (("Content-Type", "application/json"), ("Idempotency-Key", key))
        request = Request("POST", _address(arguments, "writes"), headers, body=body)
        told = judge(send(request, limits=QUICK)).json()
        if isinstance(told, dict) and "error" in told:
            raise Refused("integration.refused", f"The target says: {told['error']}")
        return _receipt(told)

    def look_up(self, arguments: Write, *, key: str, context: Context) -> Receipt | None:
        answer = send(Request("GET", _address(arguments, f"writes/{key}")), limits=QUICK)
        return None if answer.http == 404 else _receipt(judge(answer).json())


class TrustingWrite(HostileWrite):
    """The same, of a target that can tell nothing: silence is for a person."""

    name = "hostile.tell"
    idempotency = "none"


def _address(arguments: Write, rest: str) -> str:
    return f"http://{os.environ[ADDRESS]}/{arguments.mode}/{rest}"


def _receipt(told: Any) -> Receipt:
    if not isinstance(told, dict) or not isinstance(told.get("id"), str):
        raise Unknown("outcome.unknown", "The target answered with something that is not a receipt")
    return Receipt(reference=told["id"], after={"id": told["id"]}, data={"key": told.get("key")})


def install() -> None:
    tools.register(HostileWrite())
    tools.register(TrustingWrite())
