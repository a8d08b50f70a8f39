"""Train a line recogniser on drawn lines and write it as ONNX.

    python -m workers.training.lines.train arabic --fonts FOLDER --minutes 75 --out arabic.onnx

Strip number i of a run is always the same strip. The learning rate falls with the time that has
passed, so that a busy machine only means fewer strips. What is kept is the running mean of the
weights: a checkpoint is usable at any moment.
"""

import argparse
import copy
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.utils.data import DataLoader

from workers.training.lines.exported import take_model
from workers.training.lines.net import build_net
from workers.training.lines.scripts import ALPHABETS, HEIGHT_PX, build_script
from workers.training.lines.strips import STRIP_WIDTH_PX, draw_strip

BATCH = 64
CHECKPOINT_S = 300.0
WARM_SHARE = 0.04
MEAN_DECAY = 0.998
MEASURED = 8
"""Batches that the layers of an exported model are measured on."""


class Strips:
    """The endless drawing as a sequence that torch's loader can index, seeded by position."""

    def __init__(self, options: argparse.Namespace, first: int) -> None:
        self._script = build_script(options.script, options.fonts, options.words, options.height)
        self._alphabet = ALPHABETS[options.script]
        self._seed, self._first = options.seed, first
        cv2.setNumThreads(1)

    def __len__(self) -> int:
        """Return more than any run draws."""
        return 1 << 30

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Draw strip number index."""
        rng = np.random.default_rng((self._seed, self._first + index))
        strip = draw_strip(rng, self._script)
        greys = strip.pixels.astype(np.float32)
        padded = np.zeros((greys.shape[0], STRIP_WIDTH_PX), np.float32)
        padded[:, : greys.shape[1]] = (greys - greys.mean()) / (greys.std() + 4.0)
        return padded, np.array([self._alphabet.index(s) for s in strip.visual], np.int64)


def collate(strips: list[tuple[NDArray[np.float32], NDArray[np.int64]]]) -> tuple[Any, Any, Any]:
    """Stack the pixels and string the labels together, as the CTC loss takes them."""
    pixels = torch.from_numpy(np.stack([one[0] for one in strips])).unsqueeze(1)
    labels = torch.from_numpy(np.concatenate([one[1] for one in strips]))
    return pixels, labels, torch.tensor([len(one[1]) for one in strips])


def main() -> None:
    """Train until the time is up, print a line every 50 steps, export."""
    options = _options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    alphabet = ALPHABETS[options.script]
    net = build_net(len(alphabet) + 1, options.height)
    first = 0
    if options.resume:
        state = torch.load(options.resume)
        net.load_state_dict(state["net"])
        first = state["seen"]
    elif options.start:
        _take_over(net, torch.load(options.start)["mean"])
    elif options.model:
        take_model(net, options.model, _measured(Strips(options, 0)))
    net = net.to(memory_format=torch.channels_last)
    mean = copy.deepcopy(net).eval()
    loader = DataLoader(
        Strips(options, first),
        batch_size=BATCH,
        num_workers=1,
        prefetch_factor=4,
        collate_fn=collate,
    )
    optimiser = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=1e-2)
    began = saved = time.monotonic()
    losses: list[float] = []
    for step, (pixels, labels, lengths) in enumerate(loader, 1):
        passed = (time.monotonic() - began) / (60 * options.minutes)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * _curve(passed)
        losses.append(_step(net, optimiser, pixels, labels, lengths))
        _follow(mean, net, min(MEAN_DECAY, step / (step + 20)))
        if step % 50 == 0:
            speed = step * BATCH / (time.monotonic() - began)
            print(  # noqa: T201 - a script talks on its terminal
                f"{step} {passed:.3f} loss {np.mean(losses[-50:]):.4f}"
                f" right {_right(mean, pixels, labels, lengths):.3f} {speed:.0f} strips/s",
                flush=True,
            )
        if passed >= 1 or time.monotonic() - saved > CHECKPOINT_S:
            saved = time.monotonic()
            _save(options, net, mean, first + step * BATCH)
        if passed >= 1:
            break


def export(net: Any, script: str, height_px: int, out: Path) -> None:
    """Write the net as ONNX, opset 13, free in batch and width, with its alphabet inside."""
    import onnx  # noqa: PLC0415 - needed only here

    torch.onnx.export(
        _blank_first(net),
        (torch.zeros(1, 1, height_px, STRIP_WIDTH_PX),),
        str(out),
        input_names=["strips"],
        output_names=["logits"],
        dynamic_axes={"strips": {0: "batch", 3: "width"}, "logits": {0: "batch", 2: "columns"}},
        opset_version=13,
        dynamo=False,
    )
    model = onnx.load(str(out))
    onnx.helper.set_model_props(
        model, {"alphabet": ALPHABETS[script], "height_px": str(height_px), "script": script}
    )
    onnx.save(model, str(out))


def _measured(strips: Strips) -> Iterator[Any]:
    """Yield the pixels of a few batches, to measure a model on."""
    for first in range(0, MEASURED * BATCH, BATCH):
        yield collate([strips[first + index] for index in range(BATCH)])[0]


def _take_over(net: Any, others: dict[str, Any]) -> None:
    """Begin with the weights of another script's net, all but what names its symbols."""
    ours = net.state_dict()
    same = {name: one for name, one in others.items() if ours[name].shape == one.shape}
    net.load_state_dict(ours | same)


def _blank_first(net: Any) -> Any:
    """Return a copy for export whose class 0 is the blank, as readers expect."""
    turned = copy.deepcopy(net).to(memory_format=torch.contiguous_format).eval()
    last = turned[-2]
    with torch.no_grad():
        last.weight.copy_(last.weight.roll(1, 0))
        last.bias.copy_(last.bias.roll(1, 0))
    return turned


def _step(net: Any, optimiser: Any, pixels: Any, labels: Any, lengths: Any) -> float:
    net.train()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = net(pixels.to(memory_format=torch.channels_last))
    columns = logits.float().log_softmax(1).permute(2, 0, 1)
    loss = nn.functional.ctc_loss(
        columns,
        labels,
        torch.full((pixels.shape[0],), columns.shape[0]),
        lengths,
        blank=columns.shape[2] - 1,
        zero_infinity=True,
    )
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 5.0)
    optimiser.step()
    return float(loss.detach())


def _follow(mean: Any, net: Any, keep: float) -> None:
    with torch.no_grad():
        for ours, theirs in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
            if ours.dtype.is_floating_point:
                ours.mul_(keep).add_(theirs, alpha=1 - keep)
            else:
                ours.copy_(theirs)


def _right(net: Any, pixels: Any, labels: Any, lengths: Any) -> float:
    """Return the share of whole strips that the mean net reads right, greedily."""
    with torch.no_grad():
        best = net(pixels).argmax(1)
    blank = net[-2].out_channels - 1
    right, first = 0, 0
    for row, length in zip(best.tolist(), lengths.tolist(), strict=True):
        read = [s for i, s in enumerate(row) if s != blank and (i == 0 or row[i - 1] != s)]
        right += read == labels[first : first + length].tolist()
        first += length
    return right / len(lengths)


def _curve(passed: float) -> float:
    if passed < WARM_SHARE:
        return 0.05 + 0.95 * passed / WARM_SHARE
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, passed)))


def _save(options: argparse.Namespace, net: Any, mean: Any, seen: int) -> None:
    state = {"net": net.state_dict(), "mean": mean.state_dict(), "seen": seen}
    torch.save(state, options.out.with_suffix(".pt"))
    export(mean, options.script, options.height, options.out)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("script", choices=sorted(ALPHABETS))
    parser.add_argument("--fonts", type=Path, nargs="+", default=[Path("/usr/share/fonts")])
    parser.add_argument("--words", type=Path, help="folder with hunspell and word-list files")
    parser.add_argument("--height", type=int, default=HEIGHT_PX, help="of a strip, in pixels")
    parser.add_argument("--minutes", type=float, default=75)
    parser.add_argument("--rate", type=float, default=2.5e-3)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--resume", type=Path, help="checkpoint to go on from")
    parser.add_argument("--start", type=Path, help="another script's checkpoint to begin with")
    parser.add_argument("--model", type=Path, help="exported model to go on from")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
