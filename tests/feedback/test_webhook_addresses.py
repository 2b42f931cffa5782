"""Where nothing is sent: addresses that only the portal can reach, however they are written."""

import socket
from ipaddress import ip_address

import pytest

from feedback.webhooks.addresses import AddressRefused, is_allowed, parts_of, resolved

HOST = "hooks.chat.example"


@pytest.fixture
def names(monkeypatch):
    """Says what names stand for: host → addresses."""
    known = {}

    def look_up(host, port, **kwargs):
        if host not in known:
            raise socket.gaierror("unknown")
        return [(0, 0, 0, "", (ip, port)) for ip in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104  means this machine
    "10.0.0.5",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",  # metadata of clouds
    "100.64.0.1",  # carrier-grade NAT
    "100.100.100.200",  # metadata of another cloud
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.5",
    "::ffff:169.254.169.254",
    "64:ff9b::a00:5",  # 10.0.0.5 behind NAT64
    "2002:a00:5::1",  # and behind 6to4
    "2001:0:0:0:0:0:f5ff:fffa",  # and behind Teredo
    "2001:db8::1",
    "168.63.129.16",  # metadata of a third cloud, on an address of the internet
    "192.88.99.1",
    "fec0::1",
    "3fff::1",
    "64:ff9b::a83f:8110",  # 168.63.129.16 behind NAT64
]
OUTSIDE = ["8.8.8.8", "172.15.0.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("ip", INSIDE)
def test_it_refuses_what_only_the_portal_can_reach(ip, names):
    assert not is_allowed(ip_address(ip))
    names[HOST] = [ip]
    with pytest.raises(AddressRefused, match="nothing is sent there"):
        resolved(HOST, 443)
    with pytest.raises(AddressRefused, match="nothing is sent there"):
        parts_of(f"https://{f'[{ip}]' if ':' in ip else ip}/hook")


@pytest.mark.parametrize("ip", OUTSIDE)
def test_it_sends_to_the_internet(ip, names):
    names[HOST] = [ip]
    assert ip_address(resolved(HOST, 443)) == ip_address(ip)


def test_a_name_that_stands_for_one_inside_beside_one_outside_is_refused(names):
    names[HOST] = ["8.8.8.8", "10.0.0.5"]
    with pytest.raises(AddressRefused):
        resolved(HOST, 443)


def test_a_name_is_looked_up_each_time(names):
    """One that pointed outside when it was typed may point inside when something is sent."""
    names[HOST] = ["8.8.8.8"]
    assert parts_of(f"https://{HOST}/")
    assert resolved(HOST, 443) == "8.8.8.8"
    names[HOST] = ["127.0.0.1"]
    with pytest.raises(AddressRefused):
        resolved(HOST, 443)


def test_a_network_of_the_company_is_allowed_by_the_environment(names, settings):
    settings.WEBHOOK_NETWORKS = ["10.1.0.0/16", "fd12::/16"]
    names["chat.intern"], names["db.intern"] = ["10.1.2.3"], ["10.2.0.1"]
    assert resolved("chat.intern", 8443) == "10.1.2.3"
    assert is_allowed(ip_address("::ffff:10.1.2.3"))
    assert is_allowed(ip_address("fd12::7"))
    with pytest.raises(AddressRefused):
        resolved("db.intern", 443)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.chat.example/", "begin with https"),
        ("ftp://hooks.chat.example/", "begin with https"),
        ("file:///etc/passwd", "begin with https"),
        ("hooks.chat.example", "begin with https"),
        ("https://", "not an address"),
        ("https:///path", "not an address"),
        ("https://user@hooks.chat.example/", "name and password"),
        ("https://user:pass@hooks.chat.example/", "name and password"),
        ("https://hooks.chat.example@10.0.0.5/", "name and password"),
        ("https://hooks.chat.example:0/", "port 0|not an address"),
        ("https://hooks.chat.example:22/", "port 22"),
        ("https://hooks.chat.example:80/", "port 80"),
        ("https://hooks.chat.example:99999/", "not an address"),
        ("https://hooks.chat.example:x/", "not an address"),
        ("https://[::1/", "not an address"),
        ("https://hooks.chat.example/a b", "not an address"),
        ("https://hooks.chat.example\\@10.0.0.5/", "not an address|name and password"),
        ("https://hööks.example/", "not an address"),
        ("https://hooks.chat.example/" + "x" * 2000, "not an address"),
        ("https://hooks.chat.example/a\x01b", "not an address"),
        ("https://hooks.chat.example/a\x7fb", "not an address"),
        ("https://hooks.chat.example/a\tb", "not an address"),
        ("https://hooks.chat.example/a\n", "not an address"),
        ("https://" + "x" * 257 + ":443/", "not an address"),
    ],
)
def test_it_refuses_what_is_no_such_address(url, why):
    with pytest.raises(AddressRefused, match=why):
        parts_of(url)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://hooks.chat.example", ("hooks.chat.example", 443, "/")),
        ("https://Hooks.Chat.Example:8443/a/b?c=d#e", ("hooks.chat.example", 8443, "/a/b?c=d")),
        ("https://8.8.8.8/x", ("8.8.8.8", 443, "/x")),
    ],
)
def test_it_takes_apart_what_is_one(url, parts):
    assert parts_of(url) == parts


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "localhost", "localhost."])
def test_other_ways_to_write_this_machine_are_refused_when_they_are_looked_up(host, monkeypatch):
    host, port, _ = parts_of(f"https://{host}/")
    with pytest.raises((AddressRefused, OSError)):
        resolved(host, port)
