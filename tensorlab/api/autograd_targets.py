"""What ``autograd graph`` and ``autograd saved`` are pointed at: a network or a function that is named, run once."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.errors import ExpressionError, LayoutError, TensorlabError, UnsupportedError
from tensorlab.memory.naming import reason

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch
    from torch import nn

    from tensorlab.api.recordings import Recording
    from tensorlab.autograd.record import Graph

_HINT = "alexnet, package.module:function, or path.py:function"
_DEEPEST = 8
"""Lists and dicts in one another that are looked into."""


class Ran(NamedTuple):
    """What a target gave, and how it came to be."""

    outputs: Any
    """As the function gave them, without the module: a tensor, a list, a dict."""
    model: nn.Module | None
    """Whose parameters have names; None where the function gave tensors alone."""
    recording: Recording
    """Of the run, finished: lines, modules, versions."""

    def graph(self) -> Graph:
        """The autograd graph of the outputs, with lines and modules."""
        return self.recording.graph(self.outputs, model=self.model)


def run_target(target: str, *, batch: int | None = None, train: bool = False, shape: str = "") -> Ran:
    """Run what a name stands for, under a recording.

    ``alexnet`` is the network of ``tensorlab.alexnet`` on random images. A function is called without arguments; it
    gives a loss, outputs (a tensor, a list, a tuple, a dict), a module, or a module together with outputs:
    ``return model, loss`` names the parameters. A module alone is called with random numbers of a shape.

    Args:
        target: ``alexnet``, ``package.module:function`` or ``path.py:function``.
        batch: Images that alexnet is given; 1 if left out.
        train: Whether a module is put into training mode; otherwise alexnet is in evaluation mode, and a function's
            module stays as it is.
        shape: Of the input of a module that a function gives: "1,3,224,224" or "1x3x224x224".

    Raises:
        ExpressionError: The target is no such name, or its function fails.
        UnavailableError: There is no such module, file or function.
        UnsupportedError: It gives nothing that has a graph, or options do not go with it.
        LayoutError: The batch or the shape is none that can be.

    >>> ran = run_target("alexnet", train=True)
    >>> ran.outputs.shape, ran.model.training
    (torch.Size([1, 1000]), True)
    """
    from tensorlab.api.recordings import recording

    rec = recording()
    model: nn.Module | None
    if target.strip() == "alexnet":
        _refuse(shape, "--input", "alexnet: it takes images", "--batch says how many")
        outputs, model = _alexnet(1 if batch is None else batch, train, rec)
    else:
        _refuse(batch, "--batch", "a function", "--input says the whole shape")
        outputs, model = _function(target, train, shape, rec)
    return Ran(outputs, model, rec)


def _refuse(given: object, option: str, kind: str, hint: str) -> None:
    if given not in {None, ""}:
        raise UnsupportedError(f"{option} does not go with {kind}; got {given!r}", hint=hint)


def _alexnet(batch: int, train: bool, rec: Recording) -> tuple[Any, nn.Module]:  # noqa: FBT001 - private
    from tensorlab.api.networks import alexnet

    if batch < 1:
        raise LayoutError(f"a batch has 1 image or more; got {batch}")
    model = alexnet().train(train)
    images = _random((batch, 3, 224, 224))
    return _called(lambda: model(images), "alexnet", rec), model


def _function(target: str, train: bool, shape: str, rec: Recording) -> tuple[Any, nn.Module | None]:  # noqa: FBT001 - private
    from tensorlab.process.target import load

    try:
        function = load(target)[0]
    except ExpressionError as error:
        raise ExpressionError(f"{target!r} names nothing that can be run", hint=f"write {_HINT}") from error
    images = _random(_sizes(shape)) if shape else None
    outputs, model = _parted(_called(function, target, rec))
    if model is None:
        _refuse(shape, "--input", f"{target}: it gives no module", "a function that gives a module is given an input")
        _refuse("on" if train else "", "--train", f"{target}: it gives no module", "call .train() in the function")
    elif not _tensors(outputs):
        if images is None:
            raise UnsupportedError(f"{target} gives a module, and no output of it", hint="say --input SHAPE")
        module = model.train() if train else model
        outputs = _called(lambda: module(images), target, rec)
    elif train or shape:
        word = "--train" if train else "--input"
        raise UnsupportedError(f"{word} comes too late: {target} gives a module and outputs", hint="leave it out")
    if not _tensors(outputs):
        raise UnsupportedError(f"{target} gives {_what(outputs)}", hint="return a loss, outputs, or a module")
    return outputs, model


def _called(function: Callable[[], Any], target: str, rec: Recording) -> Any:  # noqa: ANN401 - whatever it gives
    """What it gives, called under the recording; what it prints goes to stderr."""
    try:
        with redirect_stdout(sys.stderr), rec:
            return function()
    except TensorlabError:
        raise
    except (Exception, SystemExit) as error:
        raise ExpressionError(f"{target} raises {type(error).__name__}: {reason(error)}") from error


def _parted(given: Any) -> tuple[Any, nn.Module | None]:  # noqa: ANN401 - whatever a function gives
    """Outputs, and the module where there is one."""
    from torch import nn

    if isinstance(given, nn.Module):
        return None, given
    if not isinstance(given, tuple | list | dict):
        return given, None
    items = list(given.items()) if isinstance(given, dict) else list(enumerate(given))
    modules = [value for _, value in items if isinstance(value, nn.Module)]
    rest = [(key, value) for key, value in items if not isinstance(value, nn.Module)]
    if len(modules) > 1:
        raise UnsupportedError(f"a target gives one module; got {len(modules)}", hint="put them into one")
    if not modules:
        return given, None
    outputs = dict(rest) if isinstance(given, dict) else [value for _, value in rest]
    return (rest[0][1] if len(rest) == 1 else outputs), modules[0]


def _tensors(outputs: object, depth: int = 0) -> list[torch.Tensor]:
    """The tensors in lists, tuples and dicts."""
    import torch

    if isinstance(outputs, torch.Tensor):
        return [outputs]
    values = outputs.values() if isinstance(outputs, dict) else outputs if isinstance(outputs, tuple | list) else ()
    return [found for value in values for found in _tensors(value, depth + 1)] if depth < _DEEPEST else []


def _what(given: object) -> str:
    return "nothing" if given is None else f"{type(given).__name__}, which holds no tensor"


def _random(sizes: tuple[int, ...]) -> torch.Tensor:
    """Numbers that are the same in every run, whatever was drawn before."""
    import torch

    try:
        return torch.randn(sizes, generator=torch.Generator().manual_seed(0))
    except (RuntimeError, MemoryError) as error:
        raise LayoutError(f"an input of shape {sizes} cannot be made: {reason(error)}") from error


def _sizes(shape: str) -> tuple[int, ...]:
    words = shape.strip().strip("()[]").replace("x", ",").split(",")
    try:
        found = tuple(int(word) for word in words if word.strip())
    except ValueError:
        found = ()
    if not found or any(size < 1 for size in found):
        raise LayoutError(f"a shape is sizes of 1 or more; got {shape!r}", hint="--input 1,3,224,224")
    return found
