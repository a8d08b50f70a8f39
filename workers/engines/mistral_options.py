"""How Mistral AI is used, and what each call of it came to; needs no SDK."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Way(StrEnum):
    """Which of Mistral's endpoints reads documents."""

    OCR = "ocr"
    CHAT = "chat"


class Outcome(StrEnum):
    """How a page's call ended."""

    ANSWERED = "answered"
    REFUSED = "refused"
    MALFORMED = "malformed"
    LIMITED = "limited"
    FAILED = "failed"
    TIMEOUT = "timeout"
    OVER_BUDGET = "over_budget"
    CIRCUIT_OPEN = "circuit_open"


@dataclass(frozen=True, slots=True)
class Prices:
    """Millionths of a dollar, as Mistral lists them.

    Args:
        page: one page by the OCR endpoint, with annotation.
        prompt: 1,000 tokens given to the chat endpoint.
        completion: 1,000 tokens taken from it.
    """

    page: int = 5000
    prompt: int = 400
    completion: int = 2000


@dataclass(frozen=True, slots=True)
class MistralOptions:
    """How to use Mistral.

    Args:
        api_key: of the account that pays.
        budget_path: the file in which all processes of this machine count what they spent.
        server_url: where its API is; None is Mistral's own.
        way: which endpoint is asked.
        ocr_model: model of the OCR endpoint.
        chat_model: model of the chat endpoint; it must see pictures.
        timeout_s: for one page, all attempts and waits included.
        attempts_max: calls for one page.
        budget_micros: what an hour may cost.
        prices: what calls cost.
        countries: whose documents may be shown to it, ISO alpha-3; empty means all.
        tenants: whose documents may be shown to it; empty means all.
    """

    api_key: str = field(repr=False)
    budget_path: Path
    server_url: str | None = None
    way: Way = Way.OCR
    ocr_model: str = "mistral-ocr-latest"
    chat_model: str = "mistral-medium-latest"
    timeout_s: float = 20.0
    attempts_max: int = 3
    budget_micros: int = 5_000_000
    prices: Prices = Prices()
    countries: frozenset[str] = frozenset()
    tenants: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AiCall:
    """One page shown to the engine: how it ended and what it cost."""

    outcome: Outcome
    seconds: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_micros: int = 0


Meter = Callable[[AiCall], None]
