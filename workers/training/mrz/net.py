"""The recogniser: a small convolutional net, one distribution for every 4 px column."""

from typing import Any

import torch
from torch import nn

from workers.training.mrz.glyphs import ALPHABET

CLASSES = len(ALPHABET) + 1
"""The 37 symbols, then the blank between two letters."""


def build_net() -> Any:
    """Return the net: (batch, 1, 32, width) of normalised greys to (batch, 38, width / 4)."""
    return nn.Sequential(
        *_block(1, 16, kernel=5, stride=2),
        *_block(16, 32),
        nn.MaxPool2d(2),
        *_block(32, 48),
        *_block(48, 64),
        nn.MaxPool2d((2, 1)),
        *_block(64, 96),
        nn.Conv2d(96, 128, (4, 3), padding=(0, 1), bias=False),
        nn.BatchNorm2d(128),
        nn.ReLU(inplace=True),
        nn.Conv2d(128, 96, (1, 5), padding=(0, 2), bias=False),
        nn.BatchNorm2d(96),
        nn.ReLU(inplace=True),
        nn.Dropout(0.1),
        nn.Conv2d(96, CLASSES, 1),
        nn.Flatten(2),
    )


def normalise(strips: Any) -> Any:
    """Bring uint8 strips (batch, 32, width) to zero mean and unit spread, one by one."""
    greys = strips.to(torch.float32)
    mean = greys.mean(dim=(1, 2), keepdim=True)
    spread = greys.std(dim=(1, 2), keepdim=True)
    return ((greys - mean) / (spread + 4.0)).unsqueeze(1)


def _block(inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1) -> list[Any]:
    return [
        nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    ]
