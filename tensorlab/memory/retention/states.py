"""The state dictionaries that a module or an optimizer would give, made without running their code."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.memory.internals import without_overrides
from tensorlab.memory.retention.tensors import own, parameters_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODULE_CODE = ("state_dict", "_save_to_state_dict", "get_extra_state")
_MODULE_HOOKS = ("_state_dict_hooks", "_state_dict_pre_hooks")
_OPTIMIZER_HOOKS = ("_optimizer_state_dict_pre_hooks", "_optimizer_state_dict_post_hooks")
_DEEPEST = 900
"""Modules inside modules, before Python's own recursion would end."""


class Unpredictable(Exception):  # noqa: N818 - it is no error: it says why a size is not predicted
    """Something whose pickling is not predicted; says what."""


def state_of(thing: object) -> object | None:
    """What ``state_dict()`` would return; None for what is neither a module nor an optimizer.

    Raises:
        Unpredictable: Its class, or a hook, has code of its own for that.

    >>> list(state_of(torch.nn.Linear(2, 3)))
    ['weight', 'bias']
    """
    kind = type(thing)
    if issubclass(kind, torch.nn.Module):
        return _of_module(thing)
    return _of_optimizer(thing) if issubclass(kind, torch.optim.Optimizer) else None


def _of_module(module: object) -> OrderedDict[str, object]:
    state: Any = OrderedDict()
    state._metadata = OrderedDict()  # noqa: SLF001 - what torch itself puts there
    stack: list[Iterator[tuple[str, object]]] = [iter((("", module),))]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
            continue
        if len(stack) > _DEEPEST:
            raise Unpredictable("modules are nested too deeply")
        prefix, inner = found
        named = own(inner)
        _require_plain(type(inner), torch.nn.Module, _MODULE_CODE, [named.get(word) for word in _MODULE_HOOKS])
        state._metadata[prefix[:-1]] = {"version": _static(type(inner), "_version")}  # noqa: SLF001 - as above
        _put_tensors(state, prefix, named)
        stack.append(_submodules(prefix, named))
    return state  # type: ignore[no-any-return]  # an OrderedDict with an attribute


def _put_tensors(state: dict[str, object], prefix: str, named: dict[str, Any]) -> None:
    hidden = named.get("_non_persistent_buffers_set") or ()
    with without_overrides():
        for flat in ("_parameters", "_buffers"):
            for word, tensor in dict.items(named.get(flat) or {}):
                if tensor is not None and (flat == "_parameters" or word not in hidden):
                    state[prefix + word] = tensor.detach()


def _submodules(prefix: str, named: dict[str, Any]) -> Iterator[tuple[str, object]]:
    inner = dict.items(named.get("_modules") or {})
    return iter([(prefix + word + ".", module) for word, module in inner if module is not None])


def _of_optimizer(optimizer: object) -> dict[str, object]:
    named = own(optimizer)
    hooks = [named.get(word) for word in _OPTIMIZER_HOOKS]
    _require_plain(type(optimizer), torch.optim.Optimizer, ("state_dict",), hooks)
    groups, state = named.get("param_groups"), named.get("state")
    numbers: dict[int, int] = {}
    for n, parameter in enumerate(parameters_of(groups)):
        numbers.setdefault(id(parameter), n)
    packed = []
    for group in groups or ():
        rest: dict[str, object] = {key: value for key, value in dict.items(group) if key != "params"}
        packed.append(rest | {"params": [numbers[id(parameter)] for parameter in group["params"]]})
    items = dict.items(state or {})
    return {"state": {numbers.get(id(key), key): value for key, value in items}, "param_groups": packed}


def _require_plain(kind: type, base: type, methods: tuple[str, ...], hooks: list[Any]) -> None:
    """That no code but torch's says what the state is."""
    for word in methods:
        if _static(kind, word) is not vars(base)[word]:
            raise Unpredictable(f"{kind.__qualname__} has a {word} of its own")
    if any(hooks):
        raise Unpredictable(f"a hook of {kind.__qualname__} may change its state")


def _static(kind: type, word: str) -> object:
    """What a class has under that name, without asking it."""
    return next((vars(base)[word] for base in kind.__mro__ if word in vars(base)), None)
