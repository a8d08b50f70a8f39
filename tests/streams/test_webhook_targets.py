from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import Misconfigured
from streams.webhook_targets import (
    TargetError,
    TargetRules,
    checked_addresses,
    checked_url,
    mail_address_of,
    networks_of,
)

STRICT = TargetRules()
REFUSED = (
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "2001::1",
    "2002:7f00:1::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)


@pytest.mark.parametrize("address", REFUSED)
def test_addresses_inside_are_refused(address: str) -> None:
    """Loopback, private, link-local, metadata, multicast, and IPv6 that stands for them."""
    with pytest.raises(TargetError) as refusal:
        checked_addresses([address], STRICT)

    assert refusal.value.reason == "webhook.address"


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_public_addresses_are_allowed(address: str) -> None:
    """The internet may be reached."""
    assert checked_addresses([address], STRICT) == [str(ip_address(address))]


def test_one_private_address_spoils_a_host() -> None:
    """A name that leads to both is a trick, whichever comes first."""
    for found in (["93.184.216.34", "10.0.0.1"], ["10.0.0.1", "93.184.216.34"]):
        with pytest.raises(TargetError):
            checked_addresses(found, STRICT)


def test_networks_that_the_operator_allows_may_be_reached() -> None:
    """And no address beside them, nor by another notation."""
    rules = TargetRules(networks_of(["10.1.0.0/16", "fd12::/16"]))

    assert checked_addresses(["10.1.2.3"], rules) == ["10.1.2.3"]
    assert checked_addresses(["fd12::1"], rules) == ["fd12::1"]
    assert checked_addresses(["::ffff:10.1.2.3"], rules) == ["::ffff:a01:203"]
    for other in ("10.2.0.1", "fd13::1", "127.0.0.1"):
        with pytest.raises(TargetError):
            checked_addresses([other], rules)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=6, network="fc00::/7"))
def test_no_private_address_is_ever_allowed(address: object) -> None:
    """Whatever its digits are."""
    with pytest.raises(TargetError):
        checked_addresses([str(address)], STRICT)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com/in?key=1",
        "https://hooks.example.com:8443",
        "https://93.184.216.34/",
        "https://[2606:2800:220:1::1]/",
        "mailto:reviewers@example.com",
    ],
)
def test_addresses_in_their_form_are_taken(url: str) -> None:
    """A URL is kept as it was given."""
    assert checked_url(url, STRICT) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com",
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "gopher://hooks.example.com",
        "https://",
        "https://user:password@hooks.example.com/",
        "https://user@hooks.example.com/",
        "https://hooks.example.com/#part",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com\\@127.0.0.1/",
        "https://hooks example.com/",
        "https://hooks.example.com/\r\nX: y",
        "https://hôte.example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://hooks.example.com/" + "x" * 2000,
        "mailto:",
        "mailto:a@b.example,c@d.example",
        "mailto:a@b.example?bcc=c@d.example",
        "mailto:a b@c.example",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    """Other schemes, credentials, line ends, addresses inside, more than one recipient."""
    with pytest.raises(TargetError):
        checked_url(url, STRICT)


def test_plain_http_is_a_matter_of_the_setting() -> None:
    """An operator may allow it."""
    url = "http://hooks.example.com/"

    assert checked_url(url, TargetRules(plain_http=True)) == url


def test_a_mailto_names_its_recipient() -> None:
    """Other URLs name none."""
    assert mail_address_of("mailto:a@b.example") == "a@b.example"
    assert mail_address_of("https://b.example") is None


@pytest.mark.parametrize("text", ["10.0.0.1/8", "everything", "", "10.0.0.0/33"])
def test_a_network_that_is_none_stops_the_start(text: str) -> None:
    """A typing mistake does not open more than was meant."""
    with pytest.raises(Misconfigured):
        networks_of([text])
