"""A module whose parts lie on several devices: each part's inputs are brought to it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import nn
from torch.utils._pytree import tree_map_only

from tensorlab.bench.backends.tensor import synchronize
from tensorlab.errors import UnsupportedError, unknown_name
from tensorlab.models.profiling.watching import tensors_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Seen(NamedTuple):
    """A step of one pass."""

    name: str
    device: str
    source: str
    nbytes: int
    seconds: float


class Part(NamedTuple):
    """The largest piece of a module that lies on one device."""

    name: str
    module: nn.Module
    device: torch.device


def parts(module: nn.Module, places: Mapping[str, torch.device], home: torch.device) -> tuple[Part, ...]:
    """The module cut into parts of one device each; what has no place, nor is in anything that has one, stays at home.

    Raises:
        UnknownNameError: No layer has such a name.

    >>> net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU(), torch.nn.Linear(2, 2))
    >>> [(part.name, part.device.type) for part in parts(net, {"2": torch.device("meta")}, torch.device("cpu"))]
    [('0', 'cpu'), ('1', 'cpu'), ('2', 'meta')]
    """
    known = {name for name, _ in module.named_modules(remove_duplicate=False) if name}
    for name in places:
        if name not in known:
            raise unknown_name("layer", name, sorted(known))
    return tuple(_cut("", module, places, home))


def _cut(name: str, module: nn.Module, places: Mapping[str, torch.device], device: torch.device) -> Iterator[Part]:
    device = places.get(name, device)
    inside = [places[one] for one in places if not name or one.startswith(f"{name}.")]
    children = list(module.named_children())
    if not children or all(one == device for one in inside):
        yield Part(name, module, device)
        return
    for child, one in children:
        yield from _cut(f"{name}.{child}" if name else child, one, places, device)


def settle(module: nn.Module, cut: tuple[Part, ...], home: torch.device) -> None:
    """Move each part to its device; parameters of a module that lies on several go home.

    Raises:
        UnsupportedError: Two parts on different devices share a parameter.
    """
    owners: dict[int, Part] = {}
    for part in cut:
        for one in _held(part.module):
            other = owners.setdefault(id(one), part)
            if other.device != part.device:
                raise UnsupportedError(
                    f"layers {other.name!r} and {part.name!r} share a parameter; got {other.device} and {part.device}",
                    hint="place both on one device",
                )
    for part in cut:
        part.module.to(part.device)
    inside = {id(one) for part in cut for one in part.module.modules()}
    for mixed in module.modules():
        if id(mixed) not in inside:
            _bring_home(mixed, home)


def _bring_home(module: nn.Module, home: torch.device) -> None:
    """What it holds itself, not what its children do."""
    for name, parameter in module.named_parameters(recurse=False):
        setattr(module, name, nn.Parameter(parameter.detach().to(home), parameter.requires_grad))
    for name, buffer in module.named_buffers(recurse=False):
        setattr(module, name, buffer.to(home))


@contextmanager
def brought(cut: tuple[Part, ...], steps: list[Seen] | None, now: Callable[[], float]) -> Iterator[None]:
    """Inside, what comes into a part is on its device.

    Args:
        cut: The parts, settled.
        steps: Where each step is kept, and for whose sake all devices are waited for; None to time nothing.
        now: A clock, in seconds.
    """
    devices = {part.device for part in cut}
    handles: list[Any] = []
    for part in cut:
        hooks = _Hooks(part, steps, now, devices)
        handles.append(part.module.register_forward_pre_hook(hooks.before, with_kwargs=True))
        handles.append(part.module.register_forward_hook(hooks.after))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


class _Hooks:
    """Of one part."""

    def __init__(
        self, part: Part, steps: list[Seen] | None, now: Callable[[], float], devices: set[torch.device]
    ) -> None:
        self._part, self._steps, self._now, self._devices = part, steps, now, devices
        self._nbytes = sum(one.numel() * one.element_size() for one in _held(part.module))
        self._begun = 0.0

    def before(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:  # noqa: ANN401 - a hook
        del module
        given = moved((args, kwargs), self._part.device, self._part.name, self._steps, self._now)
        self._begun = self._read()
        return given

    def after(self, module: nn.Module, args: tuple[Any, ...], outputs: object) -> None:
        del module, args, outputs
        if self._steps is not None:
            spent = self._read() - self._begun
            self._steps.append(Seen(self._part.name, str(self._part.device), "", self._nbytes, spent))

    def _read(self) -> float:
        if self._steps is None:
            return 0.0
        for device in self._devices:
            wait(device)
        return self._now()


def moved(
    given: Any,  # noqa: ANN401 - whatever a module takes or gives
    device: torch.device,
    name: str,
    steps: list[Seen] | None,
    now: Callable[[], float],
) -> Any:  # noqa: ANN401 - the same
    """The same with its tensors on the device; a step a source that they come from."""
    found = list({id(one): one for one in tensors_in(given) if one.device != device}.values())
    for source in dict.fromkeys(one.device for one in found):
        own = {id(one) for one in found if one.device == source}
        nbytes = sum(one.numel() * one.element_size() for one in found if one.device == source)
        if steps is not None:
            wait(source)
        begun = now()
        given = tree_map_only(torch.Tensor, _mover(own, device), given)
        if steps is not None:
            wait(device)
            steps.append(Seen(name, str(device), str(source), nbytes, now() - begun))
    return given


def _mover(chosen: set[int], device: torch.device) -> Callable[[torch.Tensor], torch.Tensor]:
    """One tensor that occurs twice is moved once."""
    done: dict[int, torch.Tensor] = {}

    def move(one: torch.Tensor) -> torch.Tensor:
        if id(one) in chosen and id(one) not in done:
            done[id(one)] = one.to(device)
        return done.get(id(one), one)

    return move


def wait(device: torch.device) -> None:
    """Until all that was given to it is done."""
    if device.type != "meta":
        synchronize(str(device))


def _held(module: nn.Module) -> list[torch.Tensor]:
    return list({id(one): one for one in (*module.parameters(), *module.buffers())}.values())
