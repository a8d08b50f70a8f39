"""Takes the weights of an exported model back into the net that it was made of.

The export folds each batch normalisation into the convolution before it. Training needs it again:
its mean and spread are measured on drawn strips, and its own weights set so that the net says what
the model says.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import nn


def take_model(net: Any, path: Path, batches: Iterable[Any]) -> None:
    """Fill a net with the weights of a model, measuring what its layers see on some batches."""
    import onnx  # noqa: PLC0415 - needed only here

    graph = onnx.load(str(path)).graph
    told = {one.name: torch.tensor(onnx.numpy_helper.to_array(one)) for one in graph.initializer}
    weights = [(told[n.input[1]], told[n.input[2]]) for n in graph.node if n.op_type == "Conv"]
    layers = [one for one in net.modules() if isinstance(one, nn.Conv2d | nn.BatchNorm2d)]
    folded: list[tuple[Any, Any]] = []
    with torch.no_grad():
        for number, layer in enumerate(layers):
            if not isinstance(layer, nn.Conv2d):
                continue
            weight, bias = weights.pop(0)
            if layer.bias is not None:
                # Of the last layer the blank goes back to the end.
                layer.weight.copy_(weight.roll(-1, 0))
                layer.bias.copy_(bias.roll(-1, 0))
                continue
            layer.weight.copy_(weight)
            norm = layers[number + 1]
            norm.running_mean.zero_()
            norm.running_var.fill_(1 - norm.eps)
            norm.weight.fill_(1.0)
            norm.bias.copy_(bias)
            folded.append((layer, norm))
    _measure(net.eval(), folded, batches)


def _measure(net: Any, folded: list[tuple[Any, Any]], batches: Iterable[Any]) -> None:
    """Give each normalisation the mean and spread of what it sees, and undo both in its weights."""
    seen: dict[Any, list[Any]] = {norm: [] for _, norm in folded}
    hooks = [
        layer.register_forward_hook(
            lambda _layer, _taken, given, norm=norm: seen[norm].append(
                (given.double().mean((0, 2, 3)), given.double().pow(2).mean((0, 2, 3)))
            )
        )
        for layer, norm in folded
    ]
    with torch.no_grad():
        for pixels in batches:
            net(pixels)
        for _, norm in folded:
            mean, square = (sum(part) / len(seen[norm]) for part in zip(*seen[norm], strict=True))
            spread = square - mean**2
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(spread)
            norm.bias.add_(mean)
            norm.weight.copy_((spread + norm.eps).sqrt())
    for hook in hooks:
        hook.remove()
