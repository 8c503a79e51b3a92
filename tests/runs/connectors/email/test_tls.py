"""Lines that are encrypted, to servers that are who they say: a name and a key are never said to anybody else."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from approvals import tools
from tests.runs.connectors.email.letters import declare, send
from tests.runs.notices.mailbox import Mailbox, free_port

KEY = "correct horse/battery"
BY: dict[str, dict[str, Any]] = {
    "smtp+tls": {"require_starttls": True, "auth_required": True},
    "smtp+ssl": {"auth_require_tls": False},  # which aiosmtpd takes for STARTTLS
}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For localhost, signed by itself."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def serving(scheme: str, certificate: Path) -> Iterator[Mailbox]:
    """A server that knows whom it lets in."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    box = Mailbox(free_port())

    def signs_in(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        known = LoginPassword(b"support", KEY.encode())
        return AuthResult(success=given == known, handled=given == known)

    told: dict[str, Any] = {"authenticator": signs_in, **BY[scheme]}
    if scheme == "smtp+ssl":
        told["ssl_context"] = context
    else:
        told["tls_context"] = context
    controller = Controller(box, hostname="localhost", port=box.port, **told)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def known_as(
    monkeypatch: pytest.MonkeyPatch, scheme: str, port: int, *, host: str = "localhost", key: str = KEY
) -> None:
    spelled = key.replace("/", "%2F").replace(" ", "%20")
    monkeypatch.setenv("SECRET_NORTHWIND__SUPPORT_SMTP", f"{scheme}://support:{spelled}@{host}:{port}")


@pytest.mark.parametrize("scheme", BY)
def test_a_letter_goes_over_an_encrypted_line(
    scheme: str, certificate: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(scheme, certificate) as box:
        known_as(monkeypatch, scheme, box.port)
        send(declare(), key)
        assert len(box.letters) == 1
        known_as(monkeypatch, scheme, box.port, key="wrong-canary")
        with pytest.raises(tools.Refused) as refusal:
            send(declare(), f"{key}2")
        assert refusal.value.code == "integration.auth" and "canary" not in repr(refusal.value)
        assert len(box.letters) == 1


@pytest.mark.parametrize("scheme", BY)
@pytest.mark.parametrize(("trusted", "host"), [(False, "localhost"), (True, "127.0.0.1")])
def test_a_server_that_cannot_prove_its_name_is_told_nothing(
    scheme: str, trusted: bool, host: str, certificate: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(scheme, certificate) as box:
        known_as(monkeypatch, scheme, box.port, host=host)
        with pytest.raises(tools.Transient) as trouble:
            send(declare(), key)
        assert "certificate" in trouble.value.message and box.envelopes == []
