"""Where the portal may send: over HTTPS to the internet, and within the company only where `WEBHOOK_NETWORKS` says so.

An address is looked at when it is typed, and what its name stands for each time something is sent; the connection is
then made to just that. Else whoever may type an address could have the portal ask machines that only it can reach.
"""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

Ip = IPv4Address | IPv6Address
NAT64 = IPv6Network("64:ff9b::/96")
NOT_KNOWN = (  # not for the internet, which `ipaddress` does not say of them, or not in every version
    IPv4Network("192.0.0.0/24"),  # protocol assignments
    IPv4Network("192.88.99.0/24"),  # relays of 6to4, given up
    IPv4Network("168.63.129.16/32"),  # metadata and name service of Azure, on an address of the internet
    IPv6Network("fec0::/10"),  # site-local
    IPv6Network("3fff::/20"),  # documentation
)
LEAST_PORT = 1024  # of those that are not 443: below stand services that speak something else
LONGEST, LONGEST_HOST = 2000, 260  # letters; that of `Endpoint.host`, with its port


class AddressRefused(ValueError):
    """Nothing is sent there; the message is for the admin and names no path."""


def parts_of(url: str) -> tuple[str, int, str]:
    """(host, port, path with query) of an address that may be typed. Raises AddressRefused."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", 443 if parts.port is None else parts.port
    except ValueError as error:
        raise AddressRefused("This is not an address.") from error
    if parts.scheme != "https":
        raise AddressRefused("The address has to begin with https://.")
    if not host or len(url) > LONGEST or len(parts.netloc) > LONGEST_HOST or not _is_plain(url):
        raise AddressRefused("This is not an address.")
    if "@" in parts.netloc:
        raise AddressRefused("Leave out name and password before the host.")
    if port != 443 and port < LEAST_PORT:
        raise AddressRefused(f"Nothing is sent to port {port}: it is 443, or {LEAST_PORT} and above.")
    if literal := _literal(host):
        _refuse(literal)
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_plain(url: str) -> bool:
    return url.isascii() and url.isprintable() and not any(c in " \\" for c in url)


def resolved(host: str, port: int) -> str:
    """The IP address to connect to. Raises AddressRefused if one of those the name stands for is not allowed.

    Raises OSError where the name cannot be looked up.
    """
    found = [ip_address(each[4][0].partition("%")[0]) for each in _looked_up(host, port)]
    for ip in found:
        _refuse(ip)
    return str(found[0])


def _looked_up(host, port):
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except UnicodeError as error:  # a label too long or empty
        raise AddressRefused("This is not an address.") from error


def _literal(host: str) -> Ip | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _refuse(ip: Ip) -> None:
    if not is_allowed(ip):
        raise AddressRefused(f"It leads to {ip}, and nothing is sent there. WEBHOOK_NETWORKS can allow it.")


def is_allowed(ip: Ip) -> bool:
    """On the internet, or in a network that the environment names. One address packed into another counts as itself."""
    ip = _unpacked(ip)
    if any(ip in ip_network(network) for network in settings.WEBHOOK_NETWORKS):
        return True
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or any(ip in network for network in NOT_KNOWN))


def _unpacked(ip: Ip) -> Ip:
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        return inner or ip
    return ip
