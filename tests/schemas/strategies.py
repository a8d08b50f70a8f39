"""Hypothesis strategies for every message, straight from the dataclasses' annotations."""

from datetime import UTC, datetime
from typing import Any, get_args

from hypothesis import strategies as st

from schemas.codec import RECORDS
from schemas.messages import Message

_LONG = st.integers(-(2**63), 2**63 - 1)
_TIMES = st.integers(0, 4_102_444_800_000).map(
    lambda ms: datetime.fromtimestamp(ms // 1000, UTC).replace(microsecond=ms % 1000 * 1000)
)

st.register_type_strategy(int, _LONG)
st.register_type_strategy(float, st.floats(allow_nan=False))
st.register_type_strategy(datetime, _TIMES)
st.register_type_strategy(str, st.text(st.characters(exclude_categories=["Cs"]), max_size=20))


def messages() -> st.SearchStrategy[Any]:
    """Return a strategy for any message of the chain."""
    return st.one_of([st.from_type(kind) for kind in get_args(Message)])


def records() -> st.SearchStrategy[Any]:
    """Return a strategy for anything that may stand in a topic, alerts included."""
    return st.one_of([st.from_type(kind) for kind in RECORDS.values()])
