"""What belongs to the user stays as it was found: the module, its inputs, every source of random numbers."""

from __future__ import annotations

import copy
import random
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import nn

from tensorlab.errors import UnsupportedError
from tensorlab.memory.naming import reason
from tensorlab.models.profiling.watching import tensors_in

if TYPE_CHECKING:
    from collections.abc import Iterator


class Given(NamedTuple):
    """What a module is called with."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def given_of(inputs: object) -> Given:
    """One tensor, a tuple or list of arguments, or a dict of arguments by their names.

    Raises:
        UnsupportedError: It is nothing of that kind.

    >>> given_of({"x": 3}), given_of((1, 2)).args
    (Given(args=(), kwargs={'x': 3}), (1, 2))
    """
    if isinstance(inputs, torch.Tensor):
        return Given((inputs,), {})
    if isinstance(inputs, dict) and all(isinstance(key, str) for key in inputs):
        return Given((), inputs)
    if isinstance(inputs, (tuple, list)):
        return Given(tuple(inputs), {})
    told = f"inputs are a tensor, a tuple of arguments, or a dict of them by name; got {type(inputs).__name__}"
    raise UnsupportedError(told, hint="write profile(module, torch.randn(8, 3, 224, 224))")


def apart(given: Given) -> Given:
    """The same numbers in memory of their own: what a module writes, and gradients, do not reach the user's.

    >>> mine = torch.zeros(2)
    >>> apart(Given((mine,), {})).args[0] is mine
    False
    """
    memo: dict[int, Any] = {}
    for tensor in tensors_in(given):
        if id(tensor) not in memo:
            memo[id(tensor)] = tensor.detach().clone().requires_grad_(tensor.requires_grad)
    return Given(copy.deepcopy(given.args, memo), copy.deepcopy(given.kwargs, memo))


def own_copy(module: nn.Module) -> tuple[nn.Module, str]:
    """A copy to work with, and ""; the module itself, and why, where it cannot be copied.

    >>> module = nn.Linear(2, 2)
    >>> own_copy(module)[0] is module, own_copy(module)[1]
    (False, '')
    """
    lazy = [one for one in module.buffers() if isinstance(one, nn.UninitializedBuffer)]
    make: Any = nn.UninitializedBuffer
    memo: dict[int, Any] = {id(one): make(device=one.device, dtype=one.dtype) for one in lazy}
    try:
        return copy.deepcopy(module, memo), ""
    except MemoryError as error:
        raise UnsupportedError("a copy of the module does not fit into memory", hint="give a smaller one") from error
    except Exception as error:  # noqa: BLE001 - whatever its parts raise
        return module, f"the module itself was run, since it cannot be copied: {type(error).__name__}: {reason(error)}"


@contextmanager
def kept(module: nn.Module) -> Iterator[None]:
    """Whatever runs meanwhile: afterwards modes, values of parameters and buffers, and gradients are what they were.

    >>> module = nn.Dropout()
    >>> with kept(module):
    ...     _ = module.eval()
    >>> module.training
    True
    """
    modes = [(part, part.training) for part in module.modules()]
    found = [tensor for tensor in (*module.parameters(), *module.buffers()) if not is_lazy(tensor)]
    values = [(tensor, tensor.detach().clone(), tensor.grad) for tensor in found]
    try:
        yield
    finally:
        for part, mode in modes:
            part.training = mode
        with torch.no_grad():
            for tensor, value, grad in values:
                if not torch.equal(tensor, value):
                    tensor.copy_(value)
                tensor.grad = grad


def is_lazy(tensor: torch.Tensor) -> bool:
    """Whether its shape is not known before a first call.

    >>> [is_lazy(one) for one in nn.LazyLinear(2).parameters()]
    [True, True]
    """
    return isinstance(tensor, (nn.UninitializedParameter, nn.UninitializedBuffer))


@contextmanager
def same_chance(devices: Iterator[torch.device] | tuple[torch.device, ...] = ()) -> Iterator[None]:
    """Random numbers go on afterwards as if nothing had been drawn: torch's, Python's, NumPy's where it is loaded.

    >>> before = torch.random.get_rng_state()
    >>> with same_chance():
    ...     _ = torch.rand(3), random.random()
    >>> bool((torch.random.get_rng_state() == before).all())
    True
    """
    numpy: Any = sys.modules.get("numpy")
    states = random.getstate(), None if numpy is None else numpy.random.get_state()
    cuda = [one for one in devices if one.type == "cuda"]
    try:
        with torch.random.fork_rng(devices=cuda):
            yield
    finally:
        random.setstate(states[0])
        if numpy is not None:
            numpy.random.set_state(states[1])
