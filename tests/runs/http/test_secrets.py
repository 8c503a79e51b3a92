"""Secrets of a workspace by name: where they come from, whose they are, and which processes may know them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals import secret_names
from approvals.tools import Refused
from config.processes import children
from runs import secrets
from runs.http.client import send
from runs.http.request import Request, SecretHeader
from runs.secrets import MissingSecret

NAMES = st.from_regex(secret_names.NAME, fullmatch=True).filter(secret_names.is_name)
SLUGS = st.from_regex(secret_names.SLUG, fullmatch=True)


def own(name: str, slug: str = "northwind") -> str:
    return secrets.of(slug).get(name)


def test_a_secret_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("SECRET_NORTHWIND__CRM_TOKEN", "open-sesame-1")
    assert own("CRM_TOKEN") == "open-sesame-1"


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_a_secret_comes_from_a_file_of_its_name_in_the_folder_of_its_workspace(settings, tmp_path, ending):
    settings.SECRETS_DIR = str(tmp_path)
    (tmp_path / "northwind").mkdir()
    (tmp_path / "northwind" / "CRM_TOKEN").write_bytes("öpen-sesame".encode() + ending)
    assert own("CRM_TOKEN") == "öpen-sesame"
    (tmp_path / "northwind" / "CRM_TOKEN").write_bytes(b"another-sesame")
    assert own("CRM_TOKEN") == "another-sesame"


def test_the_environment_goes_before_the_folder(settings, tmp_path, monkeypatch):
    settings.SECRETS_DIR = str(tmp_path)
    (tmp_path / "northwind").mkdir()
    (tmp_path / "northwind" / "CRM").write_text("from-the-folder")
    monkeypatch.setenv("SECRET_NORTHWIND__CRM", "from-the-environment")
    assert own("CRM") == "from-the-environment"


def test_another_workspace_knows_nothing_of_it(settings, tmp_path, monkeypatch):
    settings.SECRETS_DIR = str(tmp_path)
    (tmp_path / "northwind").mkdir()
    (tmp_path / "northwind" / "FILE").write_text("from-the-folder")
    monkeypatch.setenv("SECRET_NORTHWIND__CRM", "from-the-environment")
    for name in ("FILE", "CRM", "NORTHWIND_CRM"):
        with pytest.raises(MissingSecret, match="not known to this worker as one of the workspace harbour"):
            own(name, "harbour")


def test_what_names_no_workspace_belongs_to_none(settings, tmp_path, monkeypatch):
    settings.SECRETS_DIR = str(tmp_path)
    (tmp_path / "FILE").write_text("from-the-folder")
    monkeypatch.setenv("SECRET_CRM", "from-the-environment")
    monkeypatch.setenv("SECRET___CRM", "from-the-environment")
    for name in ("FILE", "CRM"):
        for slug in ("northwind", ""):
            with pytest.raises(MissingSecret):
                own(name, slug)


def test_a_request_that_is_sent_for_nobody_has_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_CRM", "from-the-environment")
    with pytest.raises(MissingSecret):
        send(Request("GET", "http://127.0.0.1:1/", secret_headers=(SecretHeader("X-Key", "CRM"),)))


def test_a_hyphen_and_an_underline_do_not_share_a_variable(settings, tmp_path, monkeypatch):
    settings.SECRETS_DIR = str(tmp_path)
    monkeypatch.setenv("SECRET_A_B__CRM", "of-the-hyphen")
    assert own("CRM", "a-b") == "of-the-hyphen"
    with pytest.raises(MissingSecret):
        own("CRM", "a_b")
    (tmp_path / "a_b").mkdir()
    (tmp_path / "a_b" / "CRM").write_text("of-the-underline")
    assert (own("CRM", "a_b"), own("CRM", "a-b")) == ("of-the-underline", "of-the-hyphen")


@given(SLUGS, NAMES, SLUGS, NAMES)
def test_no_two_workspaces_share_a_variable_or_a_file(slug, name, other, another):
    if (slug, name) != (other, another):
        told = secret_names.variable(slug, name)
        assert not told or told != secret_names.variable(other, another)
        assert secret_names.file(slug, name) != secret_names.file(other, another)


@pytest.mark.parametrize(("slug", "other"), [("a", "a--b"), ("a", "a-"), ("key", "-key"), ("a-b", "a--b")])
def test_slugs_that_look_alike_keep_apart(slug, other, monkeypatch):
    monkeypatch.setenv(secret_names.variable(other, "C"), "of-the-other")
    for name in ("C", "B_C", "B__C"):
        with pytest.raises(MissingSecret):
            own(name, slug)
    assert own("C", other) == "of-the-other"


@pytest.mark.parametrize("name", ["CRM", "ANOTHER_1", "A" * 60, "CRM_"])
def test_a_secret_nobody_set_is_missed_by_name(name):
    with pytest.raises(MissingSecret, match=f"The secret {name} is not known") as missed:
        own(name)
    assert isinstance(missed.value, Refused) and missed.value.code == "integration.auth"


@pytest.mark.parametrize(
    "name",
    [
        "", "crm", "1CRM", "_CRM", "CRM-TOKEN", "../CRM", "CRM/X", "CRM\n", "A" * 61, "CRMÄ", "CRM\x00", "..", "/CRM",
        "A__B", "NORTHWIND__CRM", "CRM__", "A___B",
    ],
)  # fmt: skip
def test_a_name_that_is_none_opens_no_file(settings, tmp_path, monkeypatch, name):
    settings.SECRETS_DIR = str(tmp_path)
    for place in ("CRM", "northwind/NORTHWIND__CRM"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text("out-of-the-folder")
    monkeypatch.setenv("SECRET_NORTHWIND__NORTHWIND__CRM", "of-nobody")
    with pytest.raises(MissingSecret, match="cannot be the name"):
        own(name)
    assert secret_names.variable("northwind", name) == secret_names.file("northwind", name) == ""


@pytest.mark.parametrize(
    "slug",
    ["", ".", "..", "../northwind", "northwind/../harbour", "/northwind", "./northwind", "northwind/", "NORTHWIND",
     "north wind", "northwind\n", "northwind\x00", "nörthwind", "a" * 51],
)  # fmt: skip
def test_a_workspace_that_is_none_opens_no_file(settings, tmp_path, monkeypatch, slug):
    settings.SECRETS_DIR = str(tmp_path / "inner")
    for place in ("inner/northwind", "inner/harbour", "northwind"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "CRM").write_text("out-of-the-folder")
    for place in ("inner/CRM", "CRM"):
        (tmp_path / place).write_text("out-of-the-folder")
    monkeypatch.setenv("SECRET_NORTHWIND__CRM", "of-northwind")
    with pytest.raises(MissingSecret, match="belongs to no workspace"):
        own("CRM", slug)
    assert secret_names.variable(slug, "CRM") == secret_names.file(slug, "CRM") == ""


def test_the_key_of_the_site_is_no_secret_of_a_connector(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "the-key-that-signs-sessions")
    for slug in ("northwind", "key", "-"):
        with pytest.raises(MissingSecret):
            own("KEY", slug)


@pytest.mark.parametrize(
    "value", ["short", "line\nbreak-in-it", "\x00\x00\x00\x00\x00\x00\x00\x00", "x" * 8001]
)
def test_what_cannot_be_a_secret_is_refused_and_not_repeated(settings, tmp_path, value):
    settings.SECRETS_DIR = str(tmp_path)
    (tmp_path / "northwind").mkdir()
    (tmp_path / "northwind" / "CRM").write_text(value)
    with pytest.raises(MissingSecret) as refusal:
        own("CRM")
    assert value not in str(refusal.value)


def test_bytes_that_are_no_text_are_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_NORTHWIND__CRM", "open-sesame\udcff")
    with pytest.raises(MissingSecret, match="control character"):
        own("CRM")


def test_a_file_that_cannot_be_read_is_named(settings, tmp_path):
    settings.SECRETS_DIR = str(tmp_path)
    (tmp_path / "northwind" / "CRM").mkdir(parents=True)
    (tmp_path / "northwind" / "OTHER").write_bytes(b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe")
    for name in ("CRM", "OTHER"):
        with pytest.raises(MissingSecret, match="cannot be read") as refusal:
            own(name)
        assert str(tmp_path) not in str(refusal.value) and refusal.value.__context__ is None


def test_only_workers_are_told_secrets_and_where_they_lie(monkeypatch, settings):
    settings.WORKERS, settings.LETTERS_ENABLED = 2, True
    for name in ("SECRET_NORTHWIND__CRM", "SECRET_KEY__CLOAK", "SECRETS_DIR"):
        monkeypatch.setenv(name, "for-workers-only")
    monkeypatch.setenv("SECRET_KEY", "for-every-process")
    by_name = {child.name: child.environment for child in children()}
    for name in ("SECRET_NORTHWIND__CRM", "SECRET_KEY__CLOAK", "SECRETS_DIR"):
        told_it = {process for process, told in by_name.items() if name in told}
        assert told_it == {"worker1", "worker2", "post"}
    assert all(told["SECRET_KEY"] == "for-every-process" for told in by_name.values())
    assert not any("for-workers-only" in told.values() for told in (by_name["web"], by_name["clock"]))
