"""The only file with torch's private names. Each has a fallback, so that a torch without it still works."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

_COMPONENTS: dict[tuple[str, str], dict[str, str]] = {
    ("torch.distributed.tensor", "DTensor"): {"_local_tensor": "local"},
    ("torch.nested._internal.nested_tensor", "NestedTensor"): {
        "_values": "values",
        "_offsets": "offsets",
        "_lengths": "lengths",
    },
    ("torch.masked.maskedtensor.core", "MaskedTensor"): {"_masked_data": "data", "_masked_mask": "mask"},
    ("torch._subclasses.functional_tensor", "FunctionalTensor"): {"elem": "value"},
}
"""Module and name of torch's own wrappers -> attribute that holds a tensor -> what it is."""
_TRANSFORMS = ("Functionalize", "FuncTorchDynamicLayerFrontMode", "FuncTorchDynamicLayerBackMode")
_FAKE = ("torch._subclasses.fake_tensor", "FakeTensor")
_DISTRIBUTED = ("torch.distributed.tensor", "DTensor")


def without_overrides() -> AbstractContextManager[object]:
    """A context in which no ``__torch_function__`` is called, of a subclass or a mode: metadata is read raw."""
    guard = getattr(torch._C, "DisableTorchFunction", nullcontext)  # noqa: SLF001 - this file is for that
    context: AbstractContextManager[object] = guard()
    return context


@contextmanager
def without_dispatch() -> Iterator[None]:
    """A context in which operations reach torch's own code: no ``__torch_dispatch__``, no transform of ``torch.func``.

    Components are read raw in it: functionalization, for one, would hand out copies of them.
    """
    with ExitStack() as guards:
        for guard in _dispatch_guards():
            guards.enter_context(guard)
        yield


def _dispatch_guards() -> Iterator[AbstractContextManager[object]]:
    private: Any = torch._C  # noqa: SLF001 - this file is for that
    exclude, keys, make = (
        getattr(private, n, None) for n in ("_ExcludeDispatchKeyGuard", "DispatchKey", "DispatchKeySet")
    )
    for name in _TRANSFORMS:
        key = getattr(keys, name, None)
        if exclude is not None and make is not None and key is not None:
            yield exclude(make(key))
    disable = getattr(private, "_DisableTorchDispatch", None)
    if disable is not None:
        yield disable()


def handles_operations(tensor: torch.Tensor) -> bool:
    """Whether a subclass handles every operation itself (DTensor, for one): its own storage may be a phantom."""
    plain = getattr(torch.Tensor, "__torch_dispatch__", None)
    return getattr(type(tensor), "__torch_dispatch__", plain) is not plain


def component_names(tensor: torch.Tensor) -> Mapping[str, str] | None:
    """Where one of torch's own wrappers keeps its tensors: attribute -> what it is; None for any other.

    >>> component_names(torch.zeros(3)) is None
    True
    """
    found = (_COMPONENTS.get(name) for name in _ancestors(tensor))
    return next((names for names in found if names is not None), None)


def is_fake(tensor: torch.Tensor) -> bool:
    """Whether it only stands for a tensor, as a ``FakeTensor`` does.

    >>> is_fake(torch.zeros(3, device="meta"))
    False
    """
    return _FAKE in _ancestors(tensor)


def distribution(tensor: torch.Tensor) -> Any:  # noqa: ANN401 - a private type of torch's
    """How a ``DTensor`` is spread over ranks: its mesh and placements; None for any other.

    >>> distribution(torch.zeros(3)) is None
    True
    """
    return attribute(tensor, "_spec") if _DISTRIBUTED in _ancestors(tensor) else None


def _ancestors(tensor: torch.Tensor) -> list[tuple[str, str]]:
    return [(str(kind.__module__), kind.__qualname__) for kind in type(tensor).__mro__]


def attribute(tensor: torch.Tensor, name: str) -> Any:  # noqa: ANN401 - whatever it holds
    """An attribute of the tensor's own, past any ``__getattr__`` of its class; None where it has none."""
    try:
        return object.__getattribute__(tensor, name)
    except AttributeError:
        return None


def is_copy_on_write(tensor: torch.Tensor) -> bool:
    """Whether its bytes are another's until one of the two is written; asking its storage for an address copies them.

    >>> is_copy_on_write(torch.zeros(3))
    False
    """
    ask = getattr(torch._C, "_is_cow_tensor", None)  # noqa: SLF001 - this file is for that
    return ask is not None and bool(ask(tensor))


def shared_address(tensor: torch.Tensor) -> int:
    """The address of a copy-on-write storage, without making the copy; 0 where torch does not tell."""
    ask = getattr(torch._C, "_data_address", None)  # noqa: SLF001 - this file is for that
    return int(ask(tensor)) if ask is not None else 0


def storage_key(storage: torch.UntypedStorage) -> int | None:
    """What tells a storage from all others while it lives."""
    key = getattr(storage, "_cdata", None)
    return key if type(key) is int else None


def is_zero_tensor(tensor: torch.Tensor) -> bool:
    """Whether it is nothing but zeros, kept nowhere: what autograd uses for a gradient that is not there.

    >>> is_zero_tensor(torch.zeros(3))
    False
    """
    ask = getattr(torch.Tensor, "_is_zerotensor", None)
    return ask is not None and bool(ask(tensor))


def transformed(tensor: torch.Tensor) -> tuple[str, torch.Tensor] | None:
    """What a transform of ``torch.func`` wraps, and which it is; None for any other tensor.

    >>> seen = []
    >>> _ = torch.func.vmap(lambda row: seen.append(transformed(row)) or row)(torch.zeros(2, 3))
    >>> seen[0][0], seen[0][1].shape
    ('vmap axis=0', torch.Size([2, 3]))
    """
    return _wrapped_by_transform(tensor) or _functional(tensor)


def _wrapped_by_transform(tensor: torch.Tensor) -> tuple[str, torch.Tensor] | None:
    functions = getattr(torch._C, "_functorch", None)  # noqa: SLF001 - this file is for that
    names = ("is_functorch_wrapped_tensor", "get_unwrapped", "maybe_get_bdim", "is_functionaltensor")
    is_wrapped, unwrap, axis_of, is_functional = (getattr(functions, name, None) for name in names)
    if is_wrapped is None or unwrap is None or not is_wrapped(tensor):
        return None
    axis = axis_of(tensor) if axis_of is not None else -1
    functional = is_functional is not None and is_functional(tensor)
    word = f"vmap axis={axis}" if axis >= 0 else "functional" if functional else "grad transform"
    return word, unwrap(tensor)


def _functional(tensor: torch.Tensor) -> tuple[str, torch.Tensor] | None:
    is_functional = getattr(torch, "_is_functional_tensor", None)
    unwrap = getattr(torch, "_from_functional_tensor", None)
    if is_functional is None or unwrap is None or not is_functional(tensor):
        return None
    return "functional", unwrap(tensor)


def coordinates(tensor: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Indices and values of a sparse COO tensor, also of one that has not been coalesced."""
    return tensor._indices(), tensor._values()  # noqa: SLF001 - the public ones refuse before it is coalesced


def nested_tables(tensor: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Sizes, strides and offsets, in elements, of what a strided nested tensor holds: a row each."""
    return (
        tensor._nested_tensor_size(),  # noqa: SLF001 - there is no public name
        tensor._nested_tensor_strides(),  # noqa: SLF001 - there is no public name
        tensor._nested_tensor_storage_offsets(),  # noqa: SLF001 - there is no public name
    )


def refuses_rebase(tensor: torch.Tensor) -> str | None:
    """Why autograd refuses a write through a view: a "leaf" that requires grad, or a "view" it cannot follow.

    None for what is no view, where it does not refuse, and where torch does not tell.

    >>> weight = torch.zeros(3, requires_grad=True)
    >>> refuses_rebase(weight[1:]), refuses_rebase((weight * 2).split(1)[0]), refuses_rebase((weight * 2)[1:])
    ('leaf', 'view', None)
    """
    plain: Any = torch.Tensor
    base = attribute_of_torch(tensor, "_base")
    if base is None:
        return None
    if plain.requires_grad.__get__(tensor) and plain.is_leaf.__get__(base):
        return "leaf"
    autograd = getattr(torch._C, "_autograd", None)  # noqa: SLF001 - this file is for that
    ask, known = getattr(autograd, "_get_creation_meta", None), getattr(autograd, "CreationMeta", None)
    if ask is None or known is None:
        return None
    return None if ask(tensor) == known.DEFAULT else "view"


def attribute_of_torch(tensor: torch.Tensor, name: str) -> Any:  # noqa: ANN401 - whatever it holds
    """A property of torch's own, past what the tensor's class makes of it; None where torch has none of that name."""
    found = getattr(torch.Tensor, name, None)
    return None if found is None else found.__get__(tensor)


def tracks_version(tensor: torch.Tensor) -> bool:
    """Whether writes to it are counted: those of an inference tensor are not, those of its ``detach()`` are.

    >>> with torch.inference_mode():
    ...     made = torch.zeros(3)
    >>> tracks_version(made), tracks_version(made.detach())
    (False, True)
    """
    try:
        return attribute_of_torch(tensor, "_version") is not None
    except RuntimeError:
        return False


def fake_mode() -> Any:  # noqa: ANN401 - a private type of torch's
    """A mode that runs operations without elements, as a compiler does to know shapes and strides; None without one.

    >>> mode = fake_mode()
    >>> fake = mode.from_tensor(torch.ones(2, 3).t())
    >>> is_fake(fake), fake.stride()
    (True, (1, 3))
    """
    kind = getattr(getattr(torch, "_subclasses", None), "FakeTensorMode", None)
    return None if kind is None else kind()
