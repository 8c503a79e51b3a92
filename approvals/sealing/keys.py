"""The key that signs seals, and its public half.

The private key is a PEM file, `LEDGER_KEY_FILE` or else VAR_DIR/ledger.key, made on first use and read by the sealer
alone. Whoever only checks or exports needs no more than VAR_DIR/ledger.pub, a line per key that ever signed:
``ed25519 <64 hexadecimal digits>``. To change keys, put another file in the old one's place; the old line stays.
"""

import contextlib
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings


class KeyMissing(LookupError):
    """There are seals already, and the key that signed them is not here: bring the file, or set LEDGER_KEY_FILE."""


class NotAKey(ValueError):
    """The file holds no Ed25519 key: put a PEM file there (`openssl genpkey -algorithm ed25519`)."""


@dataclass(frozen=True)
class Signer:
    """The private key and its short name."""

    name: str
    private: Ed25519PrivateKey

    def sign(self, message: bytes) -> str:
        return self.private.sign(message).hex()


@dataclass(frozen=True)
class Keyring:
    """Public keys by their short name."""

    keys: dict[str, bytes]

    def knows(self, name: str) -> bool:
        return name in self.keys

    def verifies(self, *, name: str, signature: str, message: bytes) -> bool:
        """Whether the key of that name, when known, made this signature."""
        try:
            Ed25519PublicKey.from_public_bytes(self.keys[name]).verify(bytes.fromhex(signature), message)
        except (KeyError, ValueError, InvalidSignature):
            return False
        return True


def name_of(public: bytes) -> str:
    """The short name of a key: the first digits of its SHA-256."""
    return sha256(public).hexdigest()[:16]


def private_path() -> Path:
    return Path(getattr(settings, "LEDGER_KEY_FILE", "") or Path(settings.VAR_DIR) / "ledger.key")


def public_path() -> Path:
    return Path(settings.VAR_DIR) / "ledger.pub"


def signer(*, may_make: bool) -> Signer:
    """The key to sign with, its public half published. Raises `KeyMissing` where there is none and none may be made.

    A second machine without the key file would otherwise begin to sign with a key nobody has heard of.
    """
    path = private_path()
    if not path.exists():
        if not may_make:
            raise KeyMissing(
                f"seals exist, and {path} does not: bring the key that signed them, or set LEDGER_KEY_FILE"
            )
        _make(path)
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise NotAKey(f"{path} is not a PEM key") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise NotAKey(f"{path} holds a key of another kind than Ed25519")
    public = private.public_key().public_bytes_raw()
    _publish(public)
    return Signer(name=name_of(public), private=private)


def published() -> Keyring:
    """Every public key published here."""
    path = public_path()
    lines = path.read_text().splitlines() if path.exists() else []
    public = [bytes.fromhex(line.split()[1]) for line in lines if line.startswith("ed25519 ")]
    return Keyring({name_of(key): key for key in public})


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # Written whole under another name, then linked: two sealers that start together agree on one key.
    with NamedTemporaryFile(dir=path.parent, prefix=".ledger-") as draft:
        draft.write(pem)
        draft.flush()
        os.fsync(draft.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, path)


def _publish(public: bytes) -> None:
    if published().knows(name_of(public)):
        return
    path = public_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(f"ed25519 {public.hex()}\n")
