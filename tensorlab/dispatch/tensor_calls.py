"""Calls on tensors as a user's code makes them: seen by torch's own mode for functions, outermost calls alone."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch.overrides import TorchFunctionMode

from tensorlab.dispatch.recorder import Written
from tensorlab.dispatch.writing import OPERATORS, call_text, index_text, method_text, word_of, words_of
from tensorlab.memory.internals import attribute_of_torch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tensorlab.dispatch.recorder import Recorder

_MOST_BYTES = 1 << 28
"""Of an argument that is copied; one that reaches further stands on the meta device."""
_BRACKETS = {"__getitem__": "getitem", "__setitem__": "setitem"}


def version(thing: object) -> int | None:
    """How often a tensor was written; None for anything else, and for an inference tensor.

    >>> x = torch.zeros(3)
    >>> version(x), version(x.add_(1)), version([1])
    (0, 1, None)
    """
    if not issubclass(type(thing), torch.Tensor):
        return None
    try:
        found = attribute_of_torch(thing, "_version")  # type: ignore[arg-type]  # the line before asked
    except RuntimeError:
        return None
    return found if isinstance(found, int) else None


def contents(thing: object) -> bytes | None:
    r"""The bytes of the elements of a tensor, in order; None where they cannot be read.

    >>> contents(torch.tensor([[1, 2], [3, 4]], dtype=torch.uint8).t())
    b'\x01\x03\x02\x04'
    """
    if not isinstance(thing, torch.Tensor) or thing.device.type == "meta":
        return None
    try:
        # a clone: a storage that NumPy sees is no longer one that torch resizes
        plain = thing.detach().resolve_conj().resolve_neg().cpu().clone(memory_format=torch.contiguous_format)
        return bytes(plain.reshape(-1).view(torch.uint8).numpy().tobytes())
    except (RuntimeError, TypeError):  # a subclass, or a tensor inside a transform
        return None


class TensorCalls(TorchFunctionMode):
    """While it is entered, each call on a tensor is given to the recorder; what torch calls inside one is not seen."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    def __torch_function__(
        self,
        func: Any,  # noqa: ANN401 - torch's own signature
        types: Any,  # noqa: ANN401 - torch's own signature
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - torch's own signature
        """Hand one call to the recorder."""
        kwargs = kwargs or {}
        return self._recorder.call(self._written(func, args, kwargs), func, args, kwargs)

    def _written(self, func: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Written:  # noqa: ANN401 - any
        name = str(getattr(func, "__name__", type(func).__name__))
        attribute = getattr(getattr(func, "__self__", None), "__name__", "")
        if name == "__get__":
            return Written(attribute, f"{self._receiver(args)}.{attribute}")
        if name == "__set__":
            return Written(f"set_{attribute}", f"{self._receiver(args)}.{attribute} = {self._word(args[-1])}")
        if name == "__array__":
            return Written("asarray", f"np.asarray({self._word(args[0])})")
        name = _BRACKETS.get(name, name)
        if not args or not isinstance(args[0], torch.Tensor) or not _is_method(func):
            return Written(name, call_text(*_path(func, name), words_of(args, kwargs, self._recorder.name_of)))
        if name in {"getitem", "setitem"}:
            words = (index_text(args[1], self._recorder.name_of), *map(self._word, args[2:]))
        else:
            words = words_of(args[1:], kwargs, self._recorder.name_of)
        bare = name.strip("_") if name.startswith("__") else name
        receiver = self._word(args[0]) if bare in OPERATORS else self._receiver(args)
        return Written(name, method_text(receiver, bare, words))

    def _receiver(self, args: tuple[Any, ...]) -> str:
        """A link of a chain stands behind the one before it, an operator behind a name."""
        return "" if self._recorder.is_last(args[0]) else self._word(args[0])

    def _word(self, value: object) -> str:
        return word_of(value, self._recorder.name_of)


def _is_method(func: Any) -> bool:  # noqa: ANN401 - any function of torch's
    """Whether it was written behind a tensor, or as an operator."""
    name = getattr(func, "__name__", "")
    return getattr(torch.Tensor, name, None) is func or getattr(func, "__objclass__", None) is not None


def _path(func: Any, name: str) -> tuple[str, str]:  # noqa: ANN401 - any function of torch's
    """Where a user finds it: the module, and its name there."""
    for word, module in (("F", torch.nn.functional), ("init", torch.nn.init), ("torch", torch)):
        if getattr(module, name, None) is func:
            return word, name
    own = str(getattr(func, "__module__", None) or "torch")
    part = own.removeprefix("torch._C._")
    if part != own and name.startswith(f"{part}_"):  # torch._C._linalg.linalg_norm
        return f"torch.{part}", name.removeprefix(f"{part}_")
    own = own if own.startswith("torch.") and "._" not in own else "torch"
    return {"torch.nn.functional": "F", "torch.nn.init": "init"}.get(own, own), name


@contextmanager
def watched(recorder: Recorder) -> Iterator[None]:
    """A block whose calls on tensors are recorded; random numbers go on after it as if it had not been.

    >>> from tensorlab.dispatch.recorder import Recorder
    >>> from tensorlab.dispatch.changes import Witness
    >>> recorder = Recorder(Witness(version))
    >>> with watched(recorder):
    ...     made = torch.arange(6).view(2, 3)
    >>> print(recorder.explanation().steps[1])
    VIEW: shape (2, 3), strides (3, 1) and offset 0 in elements
    """
    state = torch.get_rng_state()
    try:
        with TensorCalls(recorder):
            yield
    finally:
        torch.set_rng_state(state)


def stand_in(tensor: torch.Tensor, storages: dict[int, torch.UntypedStorage]) -> tuple[torch.Tensor, bool]:
    """A tensor like it over a copy of its storage, and whether its elements are there.

    Tensors of one storage stay together. One that is too large, or that another device holds, stands without elements
    on the meta device. A tensor without strides is cloned.
    """
    if tensor.layout is not torch.strided or type(tensor) not in {torch.Tensor, torch.nn.Parameter}:
        return tensor.detach().clone().requires_grad_(tensor.requires_grad), True
    storage = tensor.untyped_storage()
    reach = max(storage.nbytes(), tensor.numel() * tensor.element_size())
    device = torch.device("meta") if reach > _MOST_BYTES or tensor.device.type == "meta" else tensor.device
    key = storage.data_ptr() or id(storage)
    if key not in storages or storages[key].device.type != device.type:
        storages[key] = _copied(storage, device)
    made = torch.empty(0, dtype=tensor.dtype, device=device)
    made.set_(storages[key], tensor.storage_offset(), tensor.shape, tensor.stride())
    made = made.conj() if tensor.is_conj() else made
    made = torch.nn.Parameter(made, tensor.requires_grad) if type(tensor) is torch.nn.Parameter else made
    with torch.no_grad():
        return made.requires_grad_(tensor.requires_grad), device.type != "meta" or tensor.device.type == "meta"


def _copied(storage: torch.UntypedStorage, device: torch.device) -> torch.UntypedStorage:
    if device.type == "meta":
        return torch.empty(storage.nbytes(), dtype=torch.uint8, device="meta").untyped_storage()
    found: torch.UntypedStorage = storage.clone()  # type: ignore[no-untyped-call]  # torch does not say its types
    return found
