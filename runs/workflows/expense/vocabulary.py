"""Lists of printed words as patterns over folded text."""

import re


def words(text: str, *patterns: str) -> re.Pattern[str]:
    """A pattern for any of these words, and for the `patterns` given besides.

    In `text`, white space separates words, `_` stands for a space, and `*` at the end leaves the
    word open: `TOTAL_TTC`, `RABATT*`. Words of other scripts match anywhere.
    """
    closed: list[str] = []
    opened: list[str] = []
    free = list(patterns)
    for word in text.split():
        literal = re.escape(word.rstrip("*").replace("_", " "))
        if not word.isascii():
            free.append(literal)
        else:
            (opened if word.endswith("*") else closed).append(literal)
    if closed:
        free.append(rf"(?<![A-Z])(?:{'|'.join(closed)})(?![A-Z])")
    if opened:
        free.append(rf"(?<![A-Z])(?:{'|'.join(opened)})")
    return re.compile("|".join(free))
