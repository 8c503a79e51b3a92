"""The tools that judge the source, run as part of the suite."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture.sources import ROOT


def said_by(tool: str, *arguments: str) -> tuple[int, str]:
    program = Path(sys.executable).with_name(tool)
    done = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_each_floor_imports_only_from_those_below_it():
    code, words = said_by("lint-imports", "--no-cache")
    assert code == 0, words


def test_ruff_finds_nothing():
    code, words = said_by("ruff", "check", "--output-format", "concise", ".")
    assert code == 0, words


@pytest.mark.django_db
def test_migrations_tell_all_there_is_in_the_models(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    assert "No changes" in capsys.readouterr().out
