"""Verdicts on writes: is it safe, and does the library say so when it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.memory.registry import describe
from tensorlab.memory.writes.ground import may_be_mapped
from tensorlab.memory.writes.record import Refusal
from tensorlab.memory.writes.verdict import copied, inplace, require_elements

if TYPE_CHECKING:
    from tensorlab.memory.record import MemoryMap
    from tensorlab.memory.writes.record import WriteVerdict

_READ_ONLY = Refusal(raises=True, reason="it is read-only")


def check_inplace(thing: object) -> WriteVerdict:
    """Whether an operation in place (``x.add_(1)``, ``x *= 2``) does to each element what it does to a copy.

    It does not where two indices have one address: the element there is written twice. torch looks only for strides of
    0, NumPy for nothing. Nothing is written, and no element is read.

    Args:
        thing: What would be written: a tensor, an array, a writable buffer.

    Returns:
        A ``WriteVerdict``; its ``str`` is the sentence, ``safety`` is "SAFE", "UNSAFE" or "UNKNOWN".

    Raises:
        UnsupportedError: It has no elements side by side.

    >>> import torch, tensorlab
    >>> print(tensorlab.check_inplace(torch.arange(10.0).unfold(0, 3, 1)))
    UNSAFE: 24 elements in 10 addresses; [0,1] and [1,0] are the same; torch will not raise
    >>> print(tensorlab.check_inplace(torch.zeros(3).expand(2, 3)))
    UNSAFE: 6 elements in 3 addresses; [0,0] and [1,0] are the same; torch will raise
    >>> tensorlab.check_inplace(torch.zeros(4, 6)[:, ::2]).safety
    'SAFE'
    """
    memory = describe(thing)
    require_elements(memory)
    return inplace(memory, _inplace_refusal(thing, memory), mapped=_is_mapped(thing, memory))


def check_copy(dst: object, src: object) -> WriteVerdict:
    """Whether ``dst.copy_(src)``, ``np.copyto(dst, src)`` or ``dst[:] = src`` copies what ``src`` holds before.

    It does not where an element of ``dst`` shares bytes with an element of ``src`` at another index: that one may be
    written before it is read. torch looks only at the ranges of dense tensors; NumPy reads such a ``src`` first, but
    for rows of different strides. Nothing is written, and no element is read.

    Args:
        dst: What would be written.
        src: What would be read, of the same shape or one that is broadcast to it; of any library.

    Returns:
        A ``WriteVerdict``; its ``str`` is the sentence, ``safety`` is "SAFE", "UNSAFE" or "UNKNOWN".

    Raises:
        LayoutError: ``src`` does not broadcast to the shape of ``dst``.
        UnsupportedError: One of them has no elements side by side.

    >>> import torch, tensorlab
    >>> w = torch.zeros(3, 4)
    >>> print(tensorlab.check_copy(w[:, 1:], w[:, :-1]))
    UNSAFE: 9 elements in 9 addresses; dst[0,0] and src[0,1] are the same; torch will not raise
    >>> x = torch.zeros(9)
    >>> tensorlab.check_copy(x[1:], x[:-1]).raises, tensorlab.check_copy(x[::2], x[:5]).safety
    (True, 'UNSAFE')
    >>> print(tensorlab.check_copy(x[1::2], x[:-1:2]))
    SAFE: 4 elements in 4 addresses; dst and src share no byte (gcd); torch will not raise
    """
    written, read = describe(dst), describe(src)
    require_elements(written)
    require_elements(read)
    mapped = (_is_mapped(dst, written), _is_mapped(src, read))
    return copied(written, read, _copy_refusal(dst, src, written, read), mapped=mapped)


def _is_mapped(thing: Any, memory: MemoryMap) -> bool:  # noqa: ANN401 - a tensor, where its memory says so
    if memory.library != "torch":
        return may_be_mapped(memory)
    from tensorlab.memory.writes.tensor_rules import is_mapped

    return is_mapped(thing)


def _inplace_refusal(thing: Any, memory: MemoryMap) -> Refusal:  # noqa: ANN401 - a tensor, where its memory says so
    if memory.library != "torch":
        return _array_refusal(memory)
    from tensorlab.memory.writes.tensor_rules import inplace_refusal

    return inplace_refusal(thing, memory.layout)


def _copy_refusal(dst: Any, src: Any, written: MemoryMap, read: MemoryMap) -> Refusal:  # noqa: ANN401 - as above
    if written.library != "torch":
        return _array_refusal(written, read.traits)
    from tensorlab.memory.writes.tensor_rules import copy_refusal, inplace_refusal

    if read.library != "torch":  # as torch.from_numpy reads it: in a storage of its own
        return inplace_refusal(dst, written.layout)
    return copy_refusal(dst, src, (written.layout, read.layout))


def _array_refusal(written: MemoryMap, read: frozenset[str] = frozenset()) -> Refusal:
    """By the traits of both; a library that is known by a protocol alone may do as it likes."""
    if "readonly" in written.traits:
        return _READ_ONLY
    kept = sorted(read & {"requires_grad", "conj", "neg"})
    if kept:
        return Refusal(raises=True, reason=f"a tensor with {kept[0]} is not read as an array")
    return Refusal(raises=False if written.library in {"numpy", "buffer"} and written.layout is not None else None)
