"""Says cheaply whether a picture may hold text, so that no engine reads a landscape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from workers.ports import Image

WORK_SIDE_PX = 1000
Places: TypeAlias = NDArray[np.float32]

CONTRAST = 15
INK_CONTRAST = 32
"""What print has on paper and the grain of a table has not."""

LETTERS_MAX = 3000
"""More shapes than this are not compared with each other."""

LETTERS_MIN = 6
"""Letter-like shapes in rows, fewer of which are chance."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Shapes on a page that look like letters and stand beside others of their size.

    Args:
        places: their middles, x and y in pixels.
        sizes: the longer side of each, as a share of the page's longer side.
    """

    places: Places
    sizes: NDArray[np.float32]

    @property
    def may_be_text(self) -> bool:
        """False only where nothing looks like letters in a row."""
        return len(self.places) >= LETTERS_MIN

    @property
    def small_size(self) -> float:
        """The size that a quarter of them do not reach; 0 where there are none."""
        return float(np.percentile(self.sizes, 25)) if len(self.sizes) else 0.0


def may_hold_text(page: Image) -> bool:
    """Return False only where nothing on the page looks like letters in a row."""
    return letters_of(page).may_be_text


def letters_of(page: Image, contrast: int = CONTRAST) -> Letters:
    """Return the letter-like shapes of a page that stand beside others.

    ``contrast`` is how much darker than their surroundings they are, in grey levels.
    """
    grey = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    scale = min(1.0, WORK_SIDE_PX / max(grey.shape))
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    local = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, contrast
    )
    _, _, stats, _ = cv2.connectedComponentsWithStats(local, connectivity=8)
    left, top, width, height, area = stats[1:].astype(np.float32).T
    longer, shorter = np.maximum(width, height), np.minimum(width, height)
    letters = (longer >= 5) & (longer <= 60) & (area >= 8)
    letters &= (area < 0.92 * width * height) & (longer <= 10 * shorter)
    middles = np.stack([left + width / 2, top + height / 2], axis=1)[letters]
    sizes = longer[letters]
    if len(middles) <= LETTERS_MAX:
        beside = _in_company(middles, sizes)
        middles, sizes = middles[beside], sizes[beside]
    return Letters(
        np.asarray(middles / scale, np.float32),
        np.asarray(sizes / max(grey.shape), np.float32),
    )


def _in_company(middles: Places, sizes: Places) -> NDArray[np.bool_]:
    apart = np.abs(middles[:, None] - middles[None]).max(axis=2)
    alike = (sizes[None] > 0.5 * sizes[:, None]) & (sizes[None] < 2 * sizes[:, None])
    # Itself and two others.
    company: NDArray[np.bool_] = ((apart < 2.5 * sizes[:, None]) & alike).sum(axis=1) >= 3
    return company
