"""The line recogniser: a small convolutional net, one distribution for every 4 px column."""

from typing import Any

from torch import nn

STRIDE_PX = 4


def build_net(classes: int, height_px: int) -> Any:
    """Return the net: (batch, 1, height, width) of normalised greys to (batch, classes, width / 4).

    The last class is the blank of connectionist temporal classification.
    """
    return nn.Sequential(
        *_block(1, 16, 5, stride=2),
        *_block(16, 32, 3, stride=(2, 1)),
        *_block(32, 48, 3),
        nn.MaxPool2d(2),
        *_block(48, 64, 3),
        *_block(64, 96, 3),
        nn.MaxPool2d((2, 1)),
        *_block(96, 160, (height_px // 16, 3), padding=(0, 1)),
        *_block(160, 128, (1, 5)),
        _Beside(128, dilation=1),
        _Beside(128, dilation=2),
        nn.Dropout(0.1),
        nn.Conv2d(128, classes, 1),
        nn.Flatten(2),
    )


class _Beside(nn.Module):  # type: ignore[misc]  # torch ships no types here
    """Five columns side by side, added to what came in."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.block = nn.Sequential(
            *_block(channels, channels, (1, 5), padding=(0, 2 * dilation), dilation=dilation)
        )

    def forward(self, columns: Any) -> Any:
        """Add the neighbours' view."""
        return columns + self.block(columns)


def _block(
    inputs: int,
    outputs: int,
    kernel: int | tuple[int, int],
    *,
    stride: int | tuple[int, int] = 1,
    padding: tuple[int, int] | None = None,
    dilation: int = 1,
) -> list[Any]:
    sides = (kernel, kernel) if isinstance(kernel, int) else kernel
    around = padding if padding is not None else (sides[0] // 2, sides[1] // 2)
    return [
        nn.Conv2d(
            inputs,
            outputs,
            sides,
            stride=stride,
            padding=around,
            dilation=(1, dilation),
            bias=False,
        ),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    ]
