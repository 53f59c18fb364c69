"""A model of the zoo, module by module: built and run without memory for its numbers, on torch's meta device."""

from __future__ import annotations

import inspect
import warnings
from typing import TYPE_CHECKING, Any

import torch
from torch.overrides import TorchFunctionMode

from tensorlab.models.record import ModelTrace, ModuleCall
from tensorlab.models.vision import torchvision
from tensorlab.models.zoo import zoo_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from torch import nn

    from tensorlab.models.record import ZooModel

IMAGE = 224
"""Rows and columns where the weights say nothing."""
LARGE = 800
"""Of a photograph in which objects are found."""
FRAMES = 16
FLOW = (360, 640)
"""Rows and columns of two frames of a film."""
MOST_TOLD = 160
"""Characters of an error."""


class Unfilled(TorchFunctionMode):
    """New tensors that wait to be filled take no memory; those that hold numbers at once are what they are."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        placed = {**(kwargs or {}), **({"device": "meta"} if func in {torch.empty, torch.zeros, torch.ones} else {})}
        return func(*args, **placed)


def traced(name: str) -> ModelTrace:
    """Build a model with neither weights nor memory, and call it once with one input.

    A pass that needs numbers, as a detector's does where it chooses boxes, stops there; the record says why, and the
    modules that were not reached have no outputs.

    Raises:
        UnknownNameError: No model has that name.

    >>> found = traced("alexnet")
    >>> found.modules[0].outputs, found.parameters, found.stopped
    ((('', (1, 64, 55, 55)),), 61100840, '')
    """
    model = zoo_model(name)
    network = _built(name)
    inputs = tuple(torch.empty(shape, device="meta") for shape in _shapes(model, network))
    calls: dict[nn.Module, tuple[int, tuple[tuple[str, tuple[int, ...]], ...]]] = {}

    def note(module: nn.Module, _given: object, result: object) -> None:
        count, first = calls.get(module, (0, tuple(_tensors(result))))
        calls[module] = (count + 1, first)

    for module in network.modules():
        module.register_forward_hook(note)
    stopped = ""
    try:
        with torch.inference_mode():
            network(list(inputs)) if model.task == "detection" else network(*inputs)
    except Exception as error:  # noqa: BLE001 - whatever a model raises on tensors without numbers
        words = " ".join(f"{type(error).__name__}: {error}".split())
        stopped = words if len(words) <= MOST_TOLD else f"{words[:MOST_TOLD]}…"
    return ModelTrace(
        model=model,
        inputs=tuple(tuple(one.shape) for one in inputs),
        modules=tuple(_rows(network, calls)),
        stopped=stopped,
    )


def _built(name: str) -> nn.Module:
    """Without weights, also those of a backbone, so that nothing is downloaded."""
    function = torchvision.models.get_model_builder(name)
    without = [one for one in inspect.signature(function).parameters if one in {"weights", "weights_backbone"}]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a later version will fill them otherwise; here they are not filled
        with Unfilled():
            built: nn.Module = function(**dict.fromkeys(without))
    return built.eval().to("meta")


def _shapes(model: ZooModel, network: nn.Module) -> tuple[tuple[int, ...], ...]:
    """What goes in: one image or clip of the size for which the weights were made, or two frames."""
    if model.task == "optical flow":
        return ((1, 3, *FLOW), (1, 3, *FLOW))
    if model.task == "detection":
        return ((3, LARGE, LARGE),)
    side = getattr(network, "image_size", IMAGE)  # of those that take one size only
    size = (side, side)
    enumeration = torchvision.models.get_model_weights(model.name)
    if len(enumeration) and not hasattr(network, "image_size"):
        crop = getattr(enumeration.DEFAULT.transforms(), "crop_size", None)
        size = tuple(crop) * 2 if crop is not None and len(crop) == 1 else tuple(crop or size)
    return ((1, 3, FRAMES, *size),) if model.task == "video" else ((1, 3, *size),)


def _tensors(result: object, key: str = "") -> Iterator[tuple[str, tuple[int, ...]]]:
    if isinstance(result, torch.Tensor):
        yield key, tuple(result.shape)
    elif isinstance(result, dict):
        for name, one in result.items():
            yield from _tensors(one, f"{key}.{name}" if key else str(name))
    elif isinstance(result, (tuple, list)):
        for one in result:
            yield from _tensors(one, key)


def _rows(network: nn.Module, calls: dict[Any, Any]) -> Iterator[ModuleCall]:
    """Those that were called, in that order; then the others, in the order in which they are registered."""
    names = {module: name for name, module in network.named_modules()}
    seen: set[nn.Parameter] = set()
    for module in (*calls, *(one for one in names if one not in calls)):
        own = [one for one in module.parameters(recurse=False) if one not in seen]
        if own or not any(True for _ in module.children()):
            seen |= {*own}
            count, outputs = calls.get(module, (0, ()))
            yield ModuleCall(
                name=names[module],
                kind=type(module).__name__,
                outputs=outputs,
                parameters=sum(one.numel() for one in own),
                calls=count,
            )
