"""Which module is running, by the frames of its calls: no hook is set on anything."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from tensorlab.dispatch.internals import MODULE_CALL

if TYPE_CHECKING:
    from types import FrameType

    from torch.nn import Module


class ModulePaths:
    """Paths of modules as ``named_modules`` has them; that of a model itself is the name of its class.

    What the outermost call is made of becomes known at that call. A module keeps the first path that it was given, and
    is not kept alive.

    >>> import torch
    >>> paths = ModulePaths()
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 2))
    >>> paths.learn(model)
    >>> paths.of(model[0]), paths.of(model), paths.of(torch.nn.ReLU()) is None
    ('0', 'Sequential', True)
    >>> [path for path, _ in paths.living()]
    ['Sequential', '0']
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[weakref.ref[Module], str]] = {}
        self.home = 0
        """Which frame the recording was begun in: modules outside it are not looked for."""

    def of(self, module: Module) -> str | None:
        """Its path; None where it is not known."""
        found = self._known.get(id(module))
        return found[1] if found is not None and found[0]() is module else None

    def living(self) -> list[tuple[str, Module]]:
        """The modules that live, with their paths, in the order in which they became known."""
        known = [(path, ref()) for ref, path in self._known.values()]
        return [(path, module) for path, module in known if module is not None]

    def learn(self, root: Module) -> None:
        """Name a model and all that it is made of."""
        above = self.of(root)
        prefix = f"{above}." if above is not None and above != type(root).__name__ else ""
        for name, module in root.named_modules():
            if self.of(module) is None:
                self._name(module, prefix + name if name else type(root).__name__)

    def around(self, frame: FrameType) -> str:
        """Path of the module whose call the frame is."""
        module = frame.f_locals["self"]
        found = self._known.get(id(module))
        if found is not None and found[0]() is module:
            return found[1]
        self.learn(self._outermost(frame))
        self.learn(module)  # one that stands in no model: in a list of Python's
        return self._known[id(module)][1]

    def _outermost(self, frame: FrameType) -> Any:  # noqa: ANN401 - a module
        above: FrameType | None = frame
        found = frame
        while above is not None and id(above) != self.home:
            if above.f_code is MODULE_CALL:
                found = above
            above = above.f_back
        return found.f_locals["self"]

    def _name(self, module: Module, path: str) -> None:
        self._known[id(module)] = weakref.ref(module), path
