"""The settings of Mistral AI, as its engine takes them."""

import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Protocol

from schemas.errors import Misconfigured
from workers.engines.mistral_options import MistralOptions, Prices, Way
from workers.text.countries import alpha3_of


class Environment(Protocol):
    """What ``settings.py`` reads variables with; names are without their prefix."""

    def text(self, name: str) -> str | None:
        """Return a value, or its default."""
        ...

    def needed(self, name: str) -> str:
        """Return a value that must be there."""
        ...

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of some words."""
        ...

    def number(self, name: str) -> int:
        """Return a whole number."""
        ...

    def numbers(self, name: str) -> tuple[int, ...]:
        """Return whole numbers with commas between."""
        ...


def mistral_options(read: Environment) -> MistralOptions | None:
    """Return how Mistral is used, None where there is no key.

    Raises:
        Misconfigured: when a value does not parse; names the variable, not the value.
    """
    key = read.text("MISTRAL_API_KEY")
    if key is None:
        return None
    prices = read.numbers("MISTRAL_PRICES")
    if len(prices) != len(fields(Prices)):
        raise Misconfigured("BITAQA_MISTRAL_PRICES must be three numbers: page, prompt, answer")
    countries = [alpha3_of(name) for name in _listed(read.text("MISTRAL_COUNTRIES"))]
    if None in countries:
        raise Misconfigured("BITAQA_MISTRAL_COUNTRIES must be codes of countries, such as TUN,FRA")
    ledger = read.text("MISTRAL_BUDGET_FILE")
    return MistralOptions(
        api_key=key,
        budget_path=Path(ledger or Path(tempfile.gettempdir()) / "bitaqa" / "mistral.sqlite"),
        server_url=read.text("MISTRAL_URL"),
        way=Way(read.one_of("MISTRAL_WAY", tuple(Way))),
        ocr_model=read.needed("MISTRAL_OCR_MODEL"),
        chat_model=read.needed("MISTRAL_CHAT_MODEL"),
        timeout_s=read.number("MISTRAL_TIMEOUT_S"),
        budget_micros=10_000 * read.number("MISTRAL_BUDGET_CENTS"),
        prices=Prices(*prices),
        countries=frozenset(one for one in countries if one is not None),
        tenants=frozenset(_listed(read.text("MISTRAL_TENANTS"))),
    )


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()] if text else []
