"""Certificates: the name that was asked for must be proven, whatever address was called."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from approvals.tools import Refused, Transient, Unknown
from runs.http.limits import Limits
from tests.config.scripts import until
from tests.runs.http.far_side import answer, far_side, get, here, post

HOST = "crm.internal"


class Authority:
    """A certificate authority that exists for one test."""

    def __init__(self, folder) -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "an authority")])
        self.file = folder / "authority.pem"
        own = self._signed(self.name, self.key, [x509.BasicConstraints(ca=True, path_length=0)], days=1)
        self.file.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def _signed(self, name, key, extensions, *, days):
        began = datetime.now(UTC) - timedelta(days=3)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(began)
            .not_valid_after(datetime.now(UTC) + timedelta(days=days))
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def server(self, *names: str, days: int = 1) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        kinds = [
            x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name) for name in names
        ]  # fmt: skip
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
        leaf = self._signed(subject, key, [x509.SubjectAlternativeName(kinds)], days=days)
        file = self.folder / f"{names[0]}.pem"
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*form))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


def trusting(authority):
    context = ssl.create_default_context(cafile=str(authority.file))
    return here("127.0.0.1", HOST, resolve=lambda host, port: ["127.0.0.1"], trust=lambda: context)


def test_the_name_is_proven_though_the_address_is_called(authority):
    with far_side(answer(b"safe"), tls=authority.server(HOST)) as side:
        asked = post(f"https://{HOST}:{side.port}/", guard=trusting(authority))
    assert asked.body == b"safe" and f"Host: {HOST}:{side.port}".encode() in side.calls[0].head


def test_an_address_is_proven_as_an_address(authority):
    with far_side(answer(b"safe"), tls=authority.server("127.0.0.1")) as side:
        assert get(f"https://127.0.0.1:{side.port}/", guard=trusting(authority)).body == b"safe"


@pytest.mark.parametrize(("names", "days"), [(("other.internal",), 1), ((HOST,), -1), (("127.0.0.1",), 1)])
def test_a_certificate_that_proves_nothing_is_refused_before_a_byte_is_sent(authority, names, days):
    proof = authority.server(*names, days=days)
    with far_side(answer(), tls=proof) as side, pytest.raises(Refused, match="not to be trusted") as refusal:
        post(f"https://{HOST}:{side.port}/", guard=trusting(authority))
    assert type(refusal.value) is Refused and side.calls[0].head == b""


def test_an_authority_nobody_knows_is_not_believed(authority):
    guard = here(HOST, resolve=lambda host, port: ["127.0.0.1"])
    with far_side(answer(), tls=authority.server(HOST)) as side, pytest.raises(Refused, match="certificate"):
        post(f"https://{HOST}:{side.port}/", guard=guard)


def test_a_target_that_does_not_speak_tls_was_sent_nothing(authority):
    with far_side(answer()) as side:
        with pytest.raises(Transient):
            post(f"https://{HOST}:{side.port}/", guard=trusting(authority), limits=Limits(connect_seconds=1))
        assert until(lambda: side.calls != [])
    assert b"POST" not in side.calls[0].head


def test_an_answer_without_a_length_that_is_cut_short_is_noticed(authority):
    """Whoever cuts the line could cut the answer: only TLS's own goodbye ends it."""
    with far_side(b"HTTP/1.1 200 OK\r\n\r\nhalf", tls=authority.server(HOST)) as side, pytest.raises(Unknown):
        post(f"https://{HOST}:{side.port}/", guard=trusting(authority))
