"""Where embedded servers live: folders another account can reach, and sockets whose path is short enough."""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOCKET_PATH_LIMIT = 100


class Refused(Exception):
    """An embedded server cannot be used as asked; the message is a sentence for the person who started it."""


@dataclass(frozen=True)
class Account:
    """The operating system account a server runs under."""

    uid: int
    gid: int

    @classmethod
    def own_account(cls) -> Account:
        return cls(uid=os.geteuid(), gid=os.getegid())

    @classmethod
    def for_postgres(cls) -> Account:
        """PostgreSQL refuses to run as root, so root lends it the account that owns nothing."""
        if os.geteuid() != 0:
            return cls.own_account()
        entry = pwd.getpwnam("nobody")
        return cls(uid=entry.pw_uid, gid=entry.pw_gid)

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    def for_subprocess(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    def own(self, path: Path) -> None:
        if self.is_other:
            os.chown(path, self.uid, self.gid)


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"The folder {folder} cannot be made ({error.strerror}): set VAR_DIR to one that can."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Refused(f"The folder {folder} cannot be written to: set VAR_DIR to one that can.")


def make_reachable(folder: Path, *, account: Account) -> None:
    """Lets `account` walk to `folder`, and read what a package installed there; only root needs this."""
    make_folder(folder)
    if not account.is_other:
        return
    for step in (folder, *folder.parents):
        _allow(step, stat.S_IXOTH)
    if "site-packages" in folder.parts:
        for path in folder.rglob("*"):
            _allow(
                path,
                stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0),
            )


def _allow(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits == bits:
        return
    print(f"Letting other accounts reach {path}, for PostgreSQL does not run as root.", file=sys.stderr)
    path.chmod(stat.S_IMODE(mode) | bits)


def socket_folder(folder: Path, name: str, *, owner: Account) -> Path:
    """A private folder for a socket: inside `folder` where the path fits, else a short one named by hash."""
    place = folder / "run"
    if len(str(place / name)) > SOCKET_PATH_LIMIT:
        digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        place = Path(tempfile.gettempdir()) / f"countersign-{os.geteuid()}-{digest}"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = place.lstat()
    if place.is_symlink() or found.st_uid not in {os.geteuid(), owner.uid}:
        raise Refused(f"{place} belongs to somebody else: remove it, or set VAR_DIR to a shorter path.")
    place.chmod(0o700)
    owner.own(place)
    return place
