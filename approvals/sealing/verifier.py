"""Checks an exported ledger with nothing but Python: python3 -I verify.py EXPORT [--key PUBLIC] [--head NUMBER:DIGEST]

Give the public key you were told when the ledger began: without --key, the export's own word is taken. A file cut
short lacks its closing line, but nobody signs that line: an end taken away by somebody who wrote a new one shows only
against a head you noted earlier.
Below: Ed25519 as in RFC 8032 §5.1, Merkle trees as in RFC 6962 §2.1, JSON spelled as in RFC 8785.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from typing import Any

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


class Broken(Exception):
    """The first thing found wrong."""


def add(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return (f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P


def point(encoded: bytes) -> Point | None:
    """The point behind 32 bytes, or None where there is none."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point(bytes.fromhex("58" + "66" * 31)) or NEUTRAL


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the owner of the public key signed the message: s·B = R + h·A."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    minus = (P - a[0], a[1], a[2], P - a[3])
    steps, sum_ = (NEUTRAL, BASE, minus, add(BASE, minus)), NEUTRAL
    for bit in range(252, -1, -1):
        sum_ = add(add(sum_, sum_), steps[(s >> bit & 1) + 2 * (h >> bit & 1)])
    return not ((sum_[0] - r[0] * sum_[2]) % P or (sum_[1] - r[1] * sum_[2]) % P)


def root(level: list[bytes]) -> bytes:
    while len(level) > 1:
        pairs = [
            hashlib.sha256(b"\1" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)
        ]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0] if level else hashlib.sha256().digest()


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class Ledger:
    """One workspace's chain, as far as it was read."""

    def __init__(self) -> None:
        self.number, self.digest, self.last = 0, "0" * 64, (0, 0)
        self.sealed, self.leaves = 0, list[bytes]()

    def take_entry(self, line: dict[str, Any]) -> None:
        entry, name = line["entry"], f"entry {line['entry']['id']}"
        if line["at"] != len(self.leaves):
            raise Broken(f"{name}: an entry before it is missing, or this is one too many")
        if (entry["transaction"], entry["id"]) <= self.last:
            raise Broken(f"{name}: it stands in the wrong place")
        leaf = hashlib.sha256(b"\0" + canonical(entry)).digest()
        if leaf.hex() != line["leaf"]:
            raise Broken(f"{name}: it is not what was sealed")
        self.leaves.append(leaf)
        self.last = entry["transaction"], entry["id"]

    def take_seal(self, line: dict[str, Any], keys: dict[str, bytes]) -> None:
        seal, name, message = line["seal"], f"seal {line['seal']['number']}", canonical(line["seal"])
        if seal["number"] != self.number + 1 or seal["previous"] != self.digest:
            raise Broken(f"{name}: it does not follow seal {self.number}")
        if hashlib.sha256(message).hexdigest() != line["digest"]:
            raise Broken(f"{name}: it was changed")
        if seal["key"] not in keys or not signed(
            keys[seal["key"]], message, bytes.fromhex(line["signature"])
        ):
            raise Broken(f"{name}: its signature is not by a key you trust")
        if seal["size"] != len(self.leaves) or (seal["upto_transaction"], seal["upto_id"]) != self.last:
            raise Broken(
                f"{name}: it covers {seal['size']} entries up to {seal['upto_id']}, not these {len(self.leaves)}"
            )
        if root(self.leaves).hex() != seal["root"]:
            raise Broken(
                f"{name}: the {seal['size']} entries up to {seal['upto_id']} are not what was sealed"
            )
        self.number, self.digest = seal["number"], line["digest"]
        self.sealed, self.leaves = self.sealed + seal["size"], []

    def take_end(self, name: str, end: dict[str, Any]) -> None:
        found = {"entries": self.sealed + len(self.leaves), "seals": self.number, "head": self.digest}
        for what, told in found.items():
            if end[what] != told:
                raise Broken(f"{name}: the closing line tells of {what} {end[what]}, the file holds {told}")


def read(line: bytes) -> dict[str, Any]:
    if not line.endswith(b"\n"):
        raise Broken(f"the file ends early, within a line: {line[:60]!r}")
    value = json.loads(line)
    if canonical(value) + b"\n" != line:
        raise Broken(f"a line can be read in two ways: {line[:60]!r}")
    return value


def check(
    lines: Iterator[bytes], keys: list[bytes], noted: set[str]
) -> tuple[dict[str, Ledger], list[bytes]]:
    """Every workspace's ledger by name, and the keys they were checked with. Raises Broken at the first thing wrong."""
    header = read(next(lines))
    ledgers = {name: Ledger() for name in header["workspaces"]}
    keys = keys or [bytes.fromhex(key) for key in header["keys"].values()]
    trusted = {hashlib.sha256(key).hexdigest()[:16]: key for key in keys}
    end = None
    for line in map(read, lines):
        if end is not None:
            raise Broken("the file goes on behind its closing line")
        if "end" in line:
            end = line["end"]
            continue
        ledger = ledgers[str((line.get("entry") or line["seal"])["workspace"])]
        if "entry" in line:
            ledger.take_entry(line)
        else:
            ledger.take_seal(line, trusted)
            noted.discard(f"{ledger.number}:{ledger.digest}")
    if end is None:
        raise Broken("the file ends early: its closing line is missing")
    for name, ledger in ledgers.items():
        ledger.take_end(header["workspaces"][name], end[name])
    if noted:
        raise Broken(f"seal {min(noted)}: you noted it, and it is not here")
    return {header["workspaces"][name]: ledger for name, ledger in ledgers.items()}, keys


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("export")
    parser.add_argument(
        "--key", action="append", default=[], help="a public key you trust: 64 hexadecimal digits"
    )
    parser.add_argument("--head", action="append", default=[], help="a seal you noted: NUMBER:DIGEST")
    asked = parser.parse_args()
    try:
        with open(asked.export, "rb") as lines:
            ledgers, keys = check(lines, [bytes.fromhex(key) for key in asked.key], set(asked.head))
    except Broken as broken:
        sys.exit(f"BROKEN {broken}")
    except (AttributeError, LookupError, RecursionError, StopIteration, TypeError, ValueError) as error:
        sys.exit(f"BROKEN this is no whole export: {error!r}")
    for name, ledger in ledgers.items():
        sys.stdout.write(
            f"{name}: {ledger.sealed} entries under {ledger.number} seals are as they were sealed;"
        )
        sys.stdout.write(
            f" {len(ledger.leaves)} more wait for a seal. Head {ledger.number}:{ledger.digest}\n"
        )
    sys.stdout.write(
        f"{'Key' if asked.key else 'Key, by its own word'}: {', '.join(key.hex() for key in keys)}\n"
    )


if __name__ == "__main__":
    main()
