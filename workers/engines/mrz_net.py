"""Running the MRZ recogniser: grey strips in, log-probabilities for each column out."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workers.engines.onnx_session import open_session

MODEL_PATH = Path(__file__).parent / "models" / "mrz.onnx"
STRIDE_PX = 4
STRIPS_PER_RUN_MAX = 8
_WIDTH_STEP_PX = 32


class StripNet:
    """One ONNX session on one thread, unless more are asked for."""

    def __init__(self, model_path: Path = MODEL_PATH, threads: int = 1) -> None:
        self._session = open_session(model_path, threads)

    def read(self, strips: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float64]]:
        """Return columns x 38 log-probabilities for each strip, 32 px high and of any width."""
        readings: list[NDArray[np.float64]] = []
        for first in range(0, len(strips), STRIPS_PER_RUN_MAX):
            readings.extend(self._run(strips[first : first + STRIPS_PER_RUN_MAX]))
        return readings

    def _run(self, strips: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float64]]:
        widest = max(strip.shape[1] for strip in strips)
        width = -(-widest // _WIDTH_STEP_PX) * _WIDTH_STEP_PX
        batch = np.zeros((len(strips), 1, strips[0].shape[0], width), np.float32)
        for index, strip in enumerate(strips):
            greys = strip.astype(np.float32)
            batch[index, 0, :, : strip.shape[1]] = (greys - greys.mean()) / (greys.std() + 4.0)
        (logits,) = self._session.run(None, {"strips": batch})
        return [
            _log_softmax(logits[index].T[: strip.shape[1] // STRIDE_PX])
            for index, strip in enumerate(strips)
        ]


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    values = logits.astype(np.float64)
    values -= values.max(axis=1, keepdims=True)
    return np.asarray(values - np.log(np.exp(values).sum(axis=1, keepdims=True)), np.float64)
