"""How an address is read, and which machines it may mean."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from runs.http.allowing import allowances
from runs.http.guard import Guard
from runs.http.limits import Deadline
from runs.http.public import is_public
from runs.http.targets import target
from runs.http.troubles import AddressRefused

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.4", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::", "3fff::1", "4000::1",
    "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%1", "fec0::1", "ff02::1",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2606:4700::1111",
    "2a00::1",
]  # fmt: skip


@pytest.mark.parametrize("text", PRIVATE)
def test_what_means_something_only_nearby_is_not_public(text):
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_the_internet_is_public(text):
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        "http://0177.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://0x7f000001/", "http://127.1/",
        "http://017700000001/", "http://127.0.0.1.1/", "http://1.2.3.256/", "http://127.0.0.0x1/", "http://0x/",
        "http://%31%32%37.0.0.1/",
        "http://user@127.0.0.1/", "http://user:key@example.org/", "http://@example.org/",
        "http://example.org\\@127.0.0.1/", "http://example.org\t/", "http://exa mple.org/",
        "http://example.org/\r\nX: y",
        "http://example.org/a b", "ftp://example.org/", "file:///etc/passwd", "gopher://127.0.0.1/", "//example.org/",
        "http:example.org", "http:/example.org", "http:///", "http://", "", "example.org", "javascript:alert(1)",
        "http://example.org:0/", "http://example.org:65536/", "http://example.org:port/", "http://[::1", "http://[x]/",
        "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://[::1]x/", "http://-a.example/", "http://a..b/",
        "http://.example.org/", "http://ⓔxample.org/", "http://" + "a" * 64 + ".org/", "http://e.org/" + "a" * 8000,
    ],
)  # fmt: skip
def test_an_address_that_two_readers_could_read_differently_is_refused(url):
    with pytest.raises(AddressRefused):
        target(url)


@pytest.mark.parametrize(
    ("url", "origin", "path", "authority"),
    [
        ("http://Example.ORG", ("http", "example.org", 80), b"/", "example.org"),
        ("https://example.org.:8443/a?b=c#d", ("https", "example.org", 8443), b"/a?b=c", "example.org:8443"),
        (
            "https://münchen.de/straße",
            ("https", "xn--mnchen-3ya.de", 443),
            b"/stra%C3%9Fe",
            "xn--mnchen-3ya.de",
        ),
        ("http://[2606:4700:0:0::1111]:80/", ("http", "2606:4700::1111", 80), b"/", "[2606:4700::1111]"),
        ("http://[::1]:8080/x", ("http", "::1", 8080), b"/x", "[::1]:8080"),
        ("http://127.0.0.1./", ("http", "127.0.0.1", 80), b"/", "127.0.0.1"),
        ("http://my_host.internal/", ("http", "my_host.internal", 80), b"/", "my_host.internal"),
        ("http://example.org/@/x:y", ("http", "example.org", 80), b"/@/x:y", "example.org"),
    ],
)
def test_a_plain_address_is_read_once_and_for_all(url, origin, path, authority):
    found = target(url)
    assert (found.origin, found.path, found.authority) == (origin, path, authority)


PIECES = [
    ":", "//", "/", "\\", "@", "?", "#", "%", "%40", "%2f", "[", "]", "::1", "127.0.0.1", "0x7f.1", "1", "example.org",
    "a", "ä", "。", "．", "１", "ⅷ", "\u200b", "\xad", "\t", " ", ":80", ":8080", "&", "=", ";", "..", "xn--", "İ",
    "K", "℀", "user", "ffff:", "%25eth0", "<", "|", "^", "_", "-", "!",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join))
def test_what_is_read_is_what_others_read_and_reads_the_same_again(rest):
    url = f"http://{rest}"
    try:
        found = target(url)
    except AddressRefused:
        return
    other = urlsplit(url)
    assert other.port in (found.port, None) and target(found.url) == found
    if (other.hostname or "").isascii():
        host = (other.hostname or "").rstrip(".")
        assert host == found.host or ip_address(host) == found.literal


def judged(url: str, guard: Guard) -> list[str]:
    return [str(address) for address in guard.addresses(target(url), Deadline(2), 1)]


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8080/"),
        ("127.0.0.1", "http://127.0.0.1:9/"),
        ("127.0.0.1", "http://[::ffff:127.0.0.1]:9/"),
        ("10.2.0.0/16", "http://10.2.255.1:8080/"),
        ("[::1]:8080", "http://[::1]:8080/"),
        ("::1", "http://[::1]:1/"),
        ("fd00::/8", "https://[fd12::1]:8443/"),
        ("169.254.169.254", "http://169.254.169.254/"),
        ("8.8.8.8:53", "http://8.8.8.8:53/"),
    ],
)
def test_what_the_list_names_may_be_reached(entry, url):
    assert judged(url, Guard(allow=allowances([entry])))


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8081/"),
        ("10.2.0.0/16", "http://10.3.0.1/"),
        ("crm.internal", "http://10.3.0.1/"),
        ("0.0.0.0/0", "http://0.0.0.0/"),
        ("0.0.0.0/0", "http://224.0.0.1/"),
        ("0.0.0.0/0", "http://[::1]/"),
        ("[::1]:8080", "http://[::1]/"),
    ],
)
def test_what_the_list_does_not_name_may_not(entry, url):
    with pytest.raises(AddressRefused, match="HTTP_ALLOW"):
        judged(url, Guard(allow=allowances([entry])))


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "192.168.0.1", "fd00::1", "8.8.8.8"])
def test_a_name_on_the_list_may_be_a_machine_nearby(address):
    guard = Guard(allow=allowances(["CRM.internal:8080"]), resolve=lambda host, port: [address])
    assert judged("http://crm.internal.:8080/", guard) == [address]
    with pytest.raises(AddressRefused):
        judged("http://crm.internal:8081/", guard)


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "168.63.129.16"])
def test_a_name_on_the_list_never_means_a_cloud_s_inside(address):
    guard = Guard(allow=allowances(["crm.internal"]), resolve=lambda host, port: [address])
    with pytest.raises(AddressRefused):
        judged("http://crm.internal/", guard)


@pytest.mark.parametrize("port", [22, 25, 6379, 5432, 8080])
def test_only_usual_ports_of_the_internet_are_called(port):
    with pytest.raises(AddressRefused, match=f"port {port}"):
        judged(f"http://8.8.8.8:{port}/", Guard())


@pytest.mark.parametrize(
    "entry",
    [
        "10.0.0.0/33",
        "10.0.0.1/8",
        "127.1",
        "http://crm.internal",
        "crm internal",
        "a:b",
        "a:0",
        "[::1",
        "[::1]x",
        "*",
    ],
)
def test_a_wrong_entry_is_answered_with_a_sentence(entry):
    with pytest.raises(ImproperlyConfigured, match="HTTP_ALLOW holds"):
        allowances([entry])
