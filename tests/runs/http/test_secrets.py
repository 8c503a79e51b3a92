"""Secrets by name: where they come from, and which processes may know them."""

import pytest

from approvals.tools import Refused
from config.processes import children
from runs import secrets
from runs.secrets import MissingSecret


def test_a_secret_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("SECRET_CRM_TOKEN", "open-sesame-1")
    assert secrets.get("CRM_TOKEN") == "open-sesame-1"


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_a_secret_comes_from_a_file_of_its_name(settings, tmp_path, ending):
    settings.SECRETS_DIR = str(tmp_path)
    (tmp_path / "CRM_TOKEN").write_bytes("öpen-sesame".encode() + ending)
    assert secrets.get("CRM_TOKEN") == "öpen-sesame"
    (tmp_path / "CRM_TOKEN").write_bytes(b"another-sesame")
    assert secrets.get("CRM_TOKEN") == "another-sesame"


def test_the_environment_goes_before_the_folder(settings, tmp_path, monkeypatch):
    settings.SECRETS_DIR = str(tmp_path)
    (tmp_path / "CRM").write_text("from-the-folder")
    monkeypatch.setenv("SECRET_CRM", "from-the-environment")
    assert secrets.get("CRM") == "from-the-environment"


@pytest.mark.parametrize("name", ["CRM", "ANOTHER_1", "A" * 60])
def test_a_secret_nobody_set_is_missed_by_name(name):
    with pytest.raises(MissingSecret, match=f"The secret {name} is not known") as missed:
        secrets.get(name)
    assert isinstance(missed.value, Refused) and missed.value.code == "integration.auth"


@pytest.mark.parametrize(
    "name", ["", "crm", "1CRM", "_CRM", "CRM-TOKEN", "../CRM", "CRM/X", "CRM\n", "A" * 61, "CRMÄ", "CRM\x00"]
)
def test_a_name_that_is_none_opens_no_file(settings, tmp_path, name):
    settings.SECRETS_DIR = str(tmp_path / "inner")
    (tmp_path / "CRM").write_text("out-of-the-folder")
    with pytest.raises(MissingSecret, match="cannot be the name"):
        secrets.get(name)


def test_the_key_of_the_site_is_no_secret_of_a_connector(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "the-key-that-signs-sessions")
    with pytest.raises(MissingSecret):
        secrets.get("KEY")


@pytest.mark.parametrize(
    "value", ["short", "line\nbreak-in-it", "\x00\x00\x00\x00\x00\x00\x00\x00", "x" * 8001]
)
def test_what_cannot_be_a_secret_is_refused_and_not_repeated(settings, tmp_path, value):
    settings.SECRETS_DIR = str(tmp_path)
    (tmp_path / "CRM").write_text(value)
    with pytest.raises(MissingSecret) as refusal:
        secrets.get("CRM")
    assert value not in str(refusal.value)


def test_bytes_that_are_no_text_are_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_CRM", "open-sesame\udcff")
    with pytest.raises(MissingSecret, match="control character"):
        secrets.get("CRM")


def test_a_file_that_cannot_be_read_is_named(settings, tmp_path):
    settings.SECRETS_DIR = str(tmp_path)
    (tmp_path / "CRM").mkdir()
    (tmp_path / "OTHER").write_bytes(b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe")
    for name in ("CRM", "OTHER"):
        with pytest.raises(MissingSecret, match="cannot be read") as refusal:
            secrets.get(name)
        assert str(tmp_path) not in str(refusal.value) and refusal.value.__context__ is None


def test_only_workers_are_told_secrets_and_where_they_lie(monkeypatch, settings):
    settings.WORKERS, settings.LETTERS_ENABLED = 2, True
    for name in ("SECRET_CRM", "SECRET_KEYCLOAK", "SECRETS_DIR"):
        monkeypatch.setenv(name, "for-workers-only")
    monkeypatch.setenv("SECRET_KEY", "for-every-process")
    by_name = {child.name: child.environment for child in children()}
    for name in ("SECRET_CRM", "SECRET_KEYCLOAK", "SECRETS_DIR"):
        assert {process for process, told in by_name.items() if name in told} == {
            "worker1",
            "worker2",
            "post",
        }
    assert all(told["SECRET_KEY"] == "for-every-process" for told in by_name.values())
    assert not any("for-workers-only" in told.values() for told in (by_name["web"], by_name["clock"]))
