"""Verdicts on writes: is it safe, and does the library say so when it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlab.memory.registry import describe
from tensorlab.memory.writes.buffer_rules import array_refusal, buffer_refusal
from tensorlab.memory.writes.ground import may_be_mapped
from tensorlab.memory.writes.kernels import array_kernel
from tensorlab.memory.writes.record import Caveat
from tensorlab.memory.writes.verdict import copied, inplace, require_elements, warned

if TYPE_CHECKING:
    from tensorlab.memory.record import MemoryMap
    from tensorlab.memory.writes.record import Refusal, WriteVerdict


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
    found = inplace(memory, _inplace_refusal(thing, memory), mapped=_is_mapped(thing, memory))
    return warned(found, _owner_caveat(thing, memory))


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
    found = copied(written, read, _copy_refusal(dst, src, written, read), mapped=mapped)
    return warned(found, _value_caveat(dst, src, written, read), _owner_caveat(dst, written))


def _is_mapped(thing: Any, memory: MemoryMap) -> bool:  # noqa: ANN401 - a tensor, where its memory says so
    if memory.library != "torch":
        return may_be_mapped(memory)
    from tensorlab.memory.writes.tensor_rules import is_mapped

    return is_mapped(thing)


def _inplace_refusal(thing: Any, memory: MemoryMap) -> Refusal:  # noqa: ANN401 - a tensor, where its memory says so
    if memory.library != "torch":
        return array_refusal(memory)
    from tensorlab.memory.writes.tensor_rules import inplace_refusal

    return inplace_refusal(thing, memory.layout)


def _copy_refusal(dst: Any, src: Any, written: MemoryMap, read: MemoryMap) -> Refusal:  # noqa: ANN401 - as above
    if written.library == "numpy":
        from tensorlab.memory.writes.array_rules import array_copy_refusal

        return array_copy_refusal((dst, src), (written, read))
    if written.library != "torch":
        return buffer_refusal((dst, src), (written, read))
    from tensorlab.memory.writes.tensor_rules import copy_refusal, written_refusal

    if read.library == "torch":
        return copy_refusal(dst, src, (written.layout, read.layout))
    found = written_refusal(dst, written.layout)
    if found.raises is not False or written.dtype is None:
        return found
    backwards = read.layout is not None and min(read.layout.strides, default=0) < 0
    name = None if read.dtype is None or read.dtype.swapped else read.dtype.name
    return array_kernel(written.dtype.name, name, backwards=backwards)


def _owner_caveat(thing: Any, memory: MemoryMap) -> Caveat:  # noqa: ANN401 - as above
    """That the write may change what its owner holds for unchangeable."""
    if memory.library != "torch":
        return Caveat("SAFE", "")
    from tensorlab.memory.writes.tensor_rules import foreign_bytes

    return Caveat("SAFE", foreign_bytes(thing, memory), "write to x.clone() where the owner may not be changed")


def _value_caveat(dst: Any, src: Any, written: MemoryMap, read: MemoryMap) -> Caveat:  # noqa: ANN401 - as above
    """That the values are not those of src, wherever they lie."""
    if written.library == "numpy":
        from tensorlab.memory.writes.array_rules import leaves_masked

        return Caveat("UNKNOWN", leaves_masked(dst), "copy with np.copyto, or soften the mask")
    if (written.library, read.library) != ("torch", "torch"):
        return Caveat("SAFE", "")
    from tensorlab.memory.writes.tensor_rules import wrong_sign

    return Caveat("UNSAFE", wrong_sign(dst, src, (written.layout, read.layout)), "copy from src.resolve_neg()")
