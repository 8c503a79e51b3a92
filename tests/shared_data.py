"""The shared receipts, read from outside the repository: from SHARED_DATA, or ../shared/data beside it."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
RECEIPTS = ROOT / "receipts" / "receipts.jsonl"
LABELS = ROOT / "receipts" / "labels.jsonl"
UNSCORED = {"total_missing", "total_label_suspect"}


@dataclass(frozen=True)
class Labelled:
    """One receipt line with what people say it says; `tax` is None where nobody confirmed it."""

    line: dict[str, Any]
    vendor: str
    date: str
    total: str
    tax: str | None


def is_here() -> bool:
    """Whether the receipts can be read on this machine."""
    return RECEIPTS.is_file() and LABELS.is_file()


def labelled_receipts() -> list[Labelled]:
    """Every receipt whose label may be scored."""
    labels = {label["id"]: label for label in _objects(LABELS)}
    found = []
    for line in _objects(RECEIPTS):
        label = labels[line["id"]]
        if not UNSCORED & set(label["notes"]):
            fields = label["company"], label["date_iso"], label["total_value"], label["tax_value"]
            found.append(Labelled(line, *fields))
    return found


def texts(path: str) -> list[str]:
    """The `text` of every line of one file below the shared data; none where the file is absent."""
    file = ROOT / path
    return [line["text"] for line in _objects(file)] if file.is_file() else []


def objects(path: str) -> Iterator[dict[str, Any]]:
    """Every line of one file below the shared data."""
    return _objects(ROOT / path)


def same_name(read: str | None, label: str) -> bool:
    """Whether two names agree when case and punctuation are dropped."""
    return read is not None and re.sub(r"[\W_]", "", read.upper()) == re.sub(r"[\W_]", "", label.upper())


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def duplicates() -> list[dict[str, Any]]:
    """Pairs of receipts with one vendor, date and total: `ids`, and whether it is the `same_receipt` twice."""
    return list(_objects(ROOT / "receipts" / "duplicates.jsonl"))
