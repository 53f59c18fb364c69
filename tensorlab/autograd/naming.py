"""Names of leaves, as a model or a caller gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tensorlab.errors import UnsupportedError
from tensorlab.memory.naming import reason, type_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.autograd.record import Owner

_HINT = "give model.named_parameters(), a dict of names and tensors, or a list of tensors"


class Named(NamedTuple):
    """A tensor and all that it is called."""

    tensor: torch.Tensor
    name: str
    """Tied ones joined by " = "."""
    owner: Owner


def named_tensors(params: object = None, model: object = None) -> list[Named]:
    """Parameters and buffers of a model, and what a caller names beside them; each tensor once.

    Raises:
        UnsupportedError: ``params`` holds something else than tensors, or ``model`` is no module.

    >>> layer = torch.nn.Linear(2, 3)
    >>> [(found.name, found.owner) for found in named_tensors(model=layer)]
    [('weight', 'parameter'), ('bias', 'parameter')]
    >>> [found.name for found in named_tensors([layer.weight, layer.bias])]
    ['params[0]', 'params[1]']
    """
    found: dict[int, Named] = {}
    for name, tensor, owner in [*_of_model(model), *_of_params(params)]:
        known = found.get(id(tensor))
        if known is None:
            found[id(tensor)] = Named(tensor, name, owner)
        elif name not in known.name.split(" = "):
            given = known.name if name.startswith("params[") else f"{known.name} = {name}"
            found[id(tensor)] = Named(tensor, given, known.owner)
    return [*found.values()]


def _of_model(model: Any) -> Iterator[tuple[str, torch.Tensor, Owner]]:  # noqa: ANN401 - it is looked at here
    if model is None:
        return
    if not isinstance(model, torch.nn.Module):
        raise UnsupportedError(f"model is a torch.nn.Module; got {type_name(model)}", hint="give the model itself")
    for name, parameter in model.named_parameters(remove_duplicate=False):
        yield name, parameter, "parameter"
    for name, buffer in model.named_buffers(remove_duplicate=False):
        yield name, buffer, "buffer"


def _of_params(params: Any) -> Iterator[tuple[str, torch.Tensor, Owner]]:  # noqa: ANN401 - it is looked at here
    if params is None:
        return
    if isinstance(params, torch.nn.Module):
        yield from _of_model(params)
        return
    for place, item in enumerate(_items(params)):
        name, tensor = item if isinstance(item, tuple) and len(item) == 2 else (f"params[{place}]", item)
        if not isinstance(tensor, torch.Tensor):
            raise UnsupportedError(f"params holds tensors and their names; got {type_name(tensor)}", hint=_HINT)
        yield str(name), tensor, "parameter"


def _items(params: Any) -> Iterable[object]:  # noqa: ANN401 - it is looked at here
    if isinstance(params, torch.Tensor):
        return [params]
    if isinstance(params, Mapping):
        return params.items()
    if isinstance(params, (str, bytes)) or not isinstance(params, Iterable):
        raise UnsupportedError(f"params are tensors and their names; got {type_name(params)}", hint=_HINT)
    try:
        return [*params]
    except Exception as error:
        raise UnsupportedError(f"params cannot be gone through: {reason(error)}", hint=_HINT) from error
