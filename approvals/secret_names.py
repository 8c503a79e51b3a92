"""What the variable and the file of a workspace's secret are called. What is in them, only workers read.

A secret belongs to one workspace: no two of them ever share a variable or a file, whatever they are called.
"""

import re

SLUG = re.compile(r"[a-z0-9_-]{1,50}")
# never two underlines: they end the workspace's part of a variable
NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_?")
LONGEST_NAME = 60


def is_name(name: str) -> bool:
    return len(name) <= LONGEST_NAME and NAME.fullmatch(name) is not None


def is_slug(slug: str) -> bool:
    """Whether a workspace called so can have secrets: nothing else becomes a part of a path."""
    return SLUG.fullmatch(slug) is not None


def variable(slug: str, name: str) -> str:
    """Empty where there is none. A hyphen is written _ in it, so a slug that holds _ itself has files only."""
    if not is_slug(slug) or not is_name(name) or "_" in slug:
        return ""
    return f"SECRET_{slug.upper().replace('-', '_')}__{name}"


def file(slug: str, name: str) -> str:
    """Within SECRETS_DIR. Empty where there can be none."""
    return f"{slug}/{name}" if is_slug(slug) and is_name(name) else ""
