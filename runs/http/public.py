"""Which internet addresses belong to everybody, and which only to a machine or its neighbourhood.

Python's own `is_global` changed its mind between releases (3.11.7 calls 192.0.0.192 and 2002:7f00:1:: global), so
the networks stand here, from IANA's registries of special-purpose addresses (RFC 6890, kept up to date there).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

NEIGHBOURHOOD_4 = [
    IPv4Network(network)
    for network in (
        "10.0.0.0/8",  # RFC 1918
        "100.64.0.0/10",  # shared by carriers, RFC 6598
        "127.0.0.0/8",  # this machine
        "172.16.0.0/12",  # RFC 1918
        "192.168.0.0/16",  # RFC 1918
    )
]
NEIGHBOURHOOD_6 = [IPv6Network("::1/128"), IPv6Network("fc00::/7")]  # this machine; RFC 4193

NOBODYS_4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "168.63.129.16/32",  # public by number, yet it answers as the host of a virtual machine
        "169.254.0.0/16",  # link-local, RFC 3927; clouds tell a machine's credentials at 169.254.169.254
        "192.0.0.0/24",  # IETF protocol assignments, RFC 6890
        "192.0.2.0/24",  # documentation, RFC 5737
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "198.18.0.0/15",  # benchmarks, RFC 2544
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast, RFC 5771
        "240.0.0.0/4",  # reserved, RFC 1112, and broadcast
    )
]
EVERYBODYS_6 = IPv6Network("2000::/3")  # all that is handed out, RFC 4291
NOBODYS_6 = [
    IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocol assignments, Teredo among them (RFC 4380)
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4 carries an IPv4 address inside, RFC 3056
        "3fff::/20",  # documentation, RFC 9637
    )
]
TRANSLATED = IPv6Network(
    "64:ff9b::/96"
)  # NAT64, RFC 6052: the last 32 bits are the IPv4 address that is meant


def meant(address: Address) -> Address:
    """The address that is reached in the end: IPv4 written inside IPv6 (mapped, NAT64) is that IPv4 address."""
    if isinstance(address, IPv4Address):
        return address
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address


def is_public(address: Address) -> bool:
    """Whether the address is one of the internet's, and not one that means something only nearby."""
    address = meant(address)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in (*NEIGHBOURHOOD_4, *NOBODYS_4))
    return address in EVERYBODYS_6 and not any(address in network for network in NOBODYS_6)


def is_nearby(address: Address) -> bool:
    """Whether it is a machine of a team's own network, this one included. Link-local addresses are not."""
    address = meant(address)
    if isinstance(address, IPv4Address):
        return any(address in network for network in NEIGHBOURHOOD_4)
    return any(address in network for network in NEIGHBOURHOOD_6)


def reaches_one(address: Address) -> bool:
    """False for what no list may allow: multicast, and the address that means "any"."""
    address = meant(address)
    return not (address.is_multicast or address.is_unspecified or address == IPv4Address("255.255.255.255"))
