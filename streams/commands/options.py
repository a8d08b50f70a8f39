"""What several commands understand in the same way."""

import re
from enum import StrEnum

import typer

from schemas.documents import Route

_ROUTES = {
    "tn": Route.TN,
    "tun": Route.TN,
    "fr": Route.FR,
    "fra": Route.FR,
    "intl": Route.INTL,
}
_LANGUAGE = re.compile(r"[a-z]{3}(_[a-z]+)?")


class EngineName(StrEnum):
    """Who may read."""

    AUTO = "auto"
    LOCAL = "local"
    MISTRAL = "mistral"


def country_option(text: str | None) -> str | None:
    """Return ISO 3166-1 alpha-3 for either form; end with bad usage where there is none."""
    from workers.text.countries import alpha3_of

    if text is None:
        return None
    country = alpha3_of(text)
    if country is None:
        raise typer.BadParameter("no such country: give an ISO code such as TN or TUN")
    return country


def languages_option(text: str | None) -> tuple[str, ...]:
    """Return the languages in ``ara+fra``."""
    languages = tuple(text.split("+")) if text else ()
    if not all(_LANGUAGE.fullmatch(one) for one in languages):
        raise typer.BadParameter("languages are Tesseract codes joined by +, such as ara+fra")
    return languages


def route_option(text: str) -> Route:
    """Return the route that a worker serves: TN, TUN, FR, FRA or INTL."""
    route = _ROUTES.get(text.lower())
    if route is None:
        raise typer.BadParameter("extract workers serve TN, FR or INTL")
    return route
