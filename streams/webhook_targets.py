"""Where webhooks may go: the form of an address, and which machines it may lead to.

Whoever may name an address could have our network asked from inside. So every address of a
host must be public, or in a network that the operator allows, and the connection goes to the
very address that was looked at.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import SplitResult, urlsplit

from schemas.errors import Misconfigured

URL_LENGTH_MAX = 2000
MAILTO = "mailto"

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Public by their number, and yet not the internet: Azure's host agent, protocol assignments
# (Oracle's metadata), and addresses that stand for one of the other version (6to4, Teredo).
_REFUSED = tuple(
    ip_network(one)
    for one in (
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "2001::/32",
        "2002::/16",
    )
)
_GLOBAL_UNICAST = ip_network("2000::/3")
_MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?\.?|[0-9A-Fa-f:.]+")


class TargetError(ValueError):
    """An address that webhooks do not go to.

    Args:
        reason: stable dotted code.
        message: one sentence, free of the address.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True)
class TargetRules:
    """What the operator allows beyond public machines by https.

    Args:
        networks: that may be reached although they are not public.
        plain_http: whether ``http`` will do.
    """

    networks: tuple[Network, ...] = ()
    plain_http: bool = False

    def may_reach(self, address: Address) -> bool:
        """Say whether a connection to a machine is allowed."""
        plain = _plain(address)
        if any(plain in one for one in self.networks if one.version == plain.version):
            return True
        return _is_public(plain)


def networks_of(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return networks in CIDR form.

    Raises:
        Misconfigured: where one is none.
    """
    try:
        return tuple(ip_network(text.strip()) for text in texts)
    except ValueError:
        raise Misconfigured(
            "BITAQA_WEBHOOK_NETWORKS must be networks such as 10.1.0.0/16, with commas between"
        ) from None


def checked_url(url: str, rules: TargetRules) -> str:
    """Return an address that has the form of one, and leads nowhere that is known to be wrong.

    Raises:
        TargetError: ``webhook.url`` for its form, ``webhook.address`` for where it leads.
    """
    if not 0 < len(url) <= URL_LENGTH_MAX or not url.isascii() or not url.isprintable():
        raise _malformed(f"A URL has 1 to {URL_LENGTH_MAX} printable ASCII characters.")
    if " " in url or "\\" in url:
        raise _malformed("A URL has neither spaces nor backslashes.")
    parts = urlsplit(url)
    if parts.scheme == MAILTO:
        if not _MAIL_ADDRESS.fullmatch(parts.path) or parts.query or parts.fragment:
            raise _malformed("A mailto URL names one address and nothing else.")
        return url
    _check_web(parts, rules)
    return url


def mail_address_of(url: str) -> str | None:
    """Return whom a mailto URL names, None where it is another URL."""
    parts = urlsplit(url)
    return parts.path if parts.scheme == MAILTO else None


def checked_addresses(texts: Iterable[str], rules: TargetRules) -> list[str]:
    """Return the addresses of a host, each of which may be reached.

    Raises:
        TargetError: ``webhook.address`` where one may not: a host that answers with a public
            and a private address at once means no good.
    """
    addresses = [ip_address(text.partition("%")[0]) for text in texts]
    if not addresses:
        raise TargetError("webhook.dns", "The host has no address.")
    if not all(rules.may_reach(one) for one in addresses):
        raise _refused()
    return [str(one) for one in dict.fromkeys(addresses)]


def _check_web(parts: SplitResult, rules: TargetRules) -> None:
    if parts.scheme not in ("https", "http"):
        raise _malformed("A webhook goes to https or mailto.")
    if parts.scheme == "http" and not rules.plain_http:
        raise _malformed("A webhook goes to https; plain http is not allowed here.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise _malformed("A URL carries no user, no password and no fragment.")
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _malformed("The URL's port is no port.") from None
    if port == 0 or not _HOST.fullmatch(host):
        raise _malformed("The URL's host is no name and no address.")
    try:
        literal = ip_address(host)
    except ValueError:
        return
    if not rules.may_reach(literal):
        raise _refused()


def _plain(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return False
    return not any(address in one for one in _REFUSED if one.version == address.version)


def _malformed(message: str) -> TargetError:
    return TargetError("webhook.url", message)


def _refused() -> TargetError:
    return TargetError("webhook.address", "Webhooks do not go to private addresses.")
