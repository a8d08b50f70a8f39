"""Train the MRZ recogniser on drawn lines and write it as ONNX.

    python -m workers.training.mrz.train --fonts /usr/share/fonts --steps 3000 --out model.onnx

Everything follows from the seed: strip number i of a run is always the same strip. A checkpoint
is written every CHECKPOINT_STEPS steps; --resume goes on from it with a fresh learning-rate curve.
"""

import argparse
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.utils.data import DataLoader

from workers.training.mrz.glyphs import TRAINING_FONTS, find_fonts, load_glyphs
from workers.training.mrz.lines import IGNORED, draw_strip
from workers.training.mrz.net import build_net, normalise

BATCH = 64
CHECKPOINT_STEPS = 250


class Strips:
    """The endless drawing as a sequence that torch's loader can index, seeded by position."""

    def __init__(self, folders: list[Path], seed: int, first: int, count: int) -> None:
        found = find_fonts(tuple(TRAINING_FONTS), folders)
        names = sorted(found)
        total = sum(TRAINING_FONTS[name] for name in names)
        self._glyphs = [load_glyphs(found[name]) for name in names]
        self._shares = [TRAINING_FONTS[name] / total for name in names]
        self._seed, self._first, self._count = seed, first, count
        cv2.setNumThreads(1)

    def __len__(self) -> int:
        """Return how many strips this run draws."""
        return self._count

    def __getitem__(self, index: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Draw strip number index."""
        rng = np.random.default_rng((self._seed, self._first + index))
        strip = draw_strip(rng, self._glyphs, self._shares)
        return strip.pixels, strip.labels


def main() -> None:
    """Train, print a line every 50 steps, export."""
    options = _options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    net = build_net()
    first = 0
    checkpoint = options.out.with_suffix(".pt")
    if options.resume:
        state = torch.load(options.resume)
        net.load_state_dict(state["net"])
        first = state["seen"]
    strips = Strips(options.fonts, options.seed, first, options.steps * BATCH)
    loader = DataLoader(strips, batch_size=BATCH, num_workers=1, prefetch_factor=8)
    optimiser = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=1e-2)
    curve = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, options.rate, total_steps=options.steps, pct_start=0.1
    )
    loss_of = nn.CrossEntropyLoss(ignore_index=IGNORED)
    began = time.monotonic()
    losses: list[float] = []
    right: list[float] = []
    for step, (pixels, labels) in enumerate(loader, 1):
        logits = net(normalise(pixels))
        loss = loss_of(logits, labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        curve.step()
        losses.append(float(loss))
        right.append(_letters_right(logits, labels))
        if step % 50 == 0:
            speed = step * BATCH / (time.monotonic() - began)
            print(  # noqa: T201 - a script talks on its terminal
                f"{step} loss {np.mean(losses[-50:]):.4f} letters {np.mean(right[-50:]):.4f}"
                f" {speed:.0f} strips/s",
                flush=True,
            )
        if step % CHECKPOINT_STEPS == 0:
            torch.save({"net": net.state_dict(), "seen": first + step * BATCH}, checkpoint)
    torch.save({"net": net.state_dict(), "seen": first + options.steps * BATCH}, checkpoint)
    export(net, options.out)


def export(net: Any, out: Path) -> None:
    """Write the net as ONNX, opset 13, free in batch and width."""
    net.eval()
    torch.onnx.export(
        net,
        (torch.zeros(1, 1, 32, 320),),
        str(out),
        input_names=["strips"],
        output_names=["logits"],
        dynamic_axes={"strips": {0: "batch", 3: "width"}, "logits": {0: "batch", 2: "columns"}},
        opset_version=13,
        dynamo=False,
    )


def _letters_right(logits: Any, labels: Any) -> float:
    """Return the share of letter columns that are read right; blanks would flatter it."""
    letters = (labels >= 0) & (labels < logits.shape[1] - 1)
    return float((logits.argmax(1) == labels)[letters].to(torch.float32).mean())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fonts", type=Path, nargs="+", default=[Path("/usr/share/fonts")])
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
