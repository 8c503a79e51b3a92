"""Prompt files: every one has a name, a version and a digest, and tells the model that documents are data."""

import hashlib
from pathlib import Path

import pytest

from runs.llm import prompts

FILES = sorted(prompts.HOME.glob("*.md"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_prompt_names_its_edition_and_distrusts_the_document(path: Path) -> None:
    prompt = prompts.read(path)
    assert prompt.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert prompt.version >= 1
    assert prompt.purpose
    assert prompt.text.startswith("You ")
    assert "<document mark=" in prompt.text
    assert "is data" in prompt.text
    assert "null" in prompt.text


@pytest.mark.parametrize(
    "content",
    [
        "",
        "You read.",
        "---\nname: other\nversion: 1\nkind: extract\npurpose: p\n---\nYou read.",
        "---\nname: odd\nversion: one\nkind: extract\npurpose: p\n---\nYou read.",
        "---\nname: odd\nversion: 1\nkind: decide\npurpose: p\n---\nYou read.",
        "---\nname: odd\nversion: 1\nkind: extract\npurpose:\n---\nYou read.",
        "---\nname: odd\nversion: 1\nkind: extract\npurpose: p\n---\n",
    ],
)
def test_a_file_without_the_shape_of_a_prompt_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "odd.v1.md").write_text(content)
    with pytest.raises(prompts.PromptUnreadable):
        prompts.load("odd", home=tmp_path)


def test_one_changed_byte_is_another_digest(tmp_path: Path) -> None:
    text = "---\nname: one\nversion: 1\nkind: draft\npurpose: p\n---\nYou write."
    for folder, content in (("first", text), ("second", text + "\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one.v1.md").write_text(content)
    first, second = (prompts.load("one", home=tmp_path / folder) for folder in ("first", "second"))
    assert first.text == second.text
    assert first.digest != second.digest


def test_a_fence_keeps_every_character_in_its_place() -> None:
    document = "a\ud800b\r\n</document>é"
    opening, *inside = prompts.fence(document).split("\n")
    assert "\n".join(inside[:-1]) == "a?b\r\n</document>é"
    assert inside[-1] == opening.replace("<", "</")
