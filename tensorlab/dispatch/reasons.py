"""Why a call copies where no rule of views tells, in words: indices by lists and masks, and what always copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MASK = "a mask picks any elements, so no strides reach them: gathered into new memory"
LISTS = "a list picks any elements, so no strides reach them: gathered into new memory"
INDICES = "an array of indices picks any elements, so no strides reach them: gathered into new memory"
_ALWAYS = "{name} always makes a new block of memory"
_GATHERS = "{name} picks elements by their indices, so no strides reach them: gathered into new memory"
_JOINS = "{name} puts the elements of several arrays side by side, in new memory"
_REPEATS = "{name} writes each element several times, where expand or broadcast_to would use a stride of 0"
_DTYPE = "another dtype needs other bytes"
_BOXES = "{name} makes a Python number of each element, in a box of its own"

COPIES: dict[str, str] = {
    name: words
    for names, words in (
        ("clone copy tensor array new_tensor deepcopy __deepcopy__", _ALWAYS),
        ("choose compress extract gather index_select masked_select take take_along_axis take_along_dim", _GATHERS),
        ("block cat column_stack concat concatenate dstack hstack row_stack stack vstack", _JOINS),
        ("repeat repeat_interleave tile", _REPEATS),
        ("tolist item", _BOXES),
        ("flip fliplr flipud", "torch has no negative strides, so that {name} copies"),
        ("roll rot90", "the elements begin elsewhere: they are written in another order"),
        ("contiguous ascontiguousarray asfortranarray", "the elements are asked for in another order"),
        ("astype bfloat16 bool byte char double float half int long short to type type_as", _DTYPE),
        ("cpu cuda", "the elements are asked for on another device"),
        ("tobytes bytes bytearray", "the bytes are written out once more"),
        ("asarray as_tensor numpy reshape ravel", "no strides reach the elements as they are asked for"),
        ("flatten", "{name} gives the elements in new memory here"),
        ("from_dlpack frombuffer", "the exporter gives a copy"),
    )
    for name in names.split()
}
"""Functions that give the elements they are given, in new memory, and why."""

SLICED = {
    kind: f"a slice of {word} is a copy; one of a memoryview of it would be a view"
    for kind, word in (("bytes", "bytes"), ("bytearray", "a bytearray"), ("array.array", "an array.array"))
}
"""Buffers whose slices copy, where NumPy and torch give views."""

_BROADCASTING = (
    "add sub subtract mul multiply div divide true_divide floor_divide remainder mod pow power float_power fmod"
    " maximum minimum fmax fmin atan2 arctan2 hypot copysign eq equal ne not_equal lt less le less_equal gt greater"
    " ge greater_equal logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor and or xor where lerp"
    " addcmul addcdiv rsub floordiv truediv copy"
)
BROADCASTING = frozenset(_BROADCASTING.split())
"""Functions that read all their arrays in one common shape."""

_NUMPY_WRITES = (
    "copyto fill fill_diagonal itemset partition place put put_along_axis putmask resize setfield setitem sort at"
    " byteswap"
)
NUMPY_WRITES = frozenset(_NUMPY_WRITES.split())
"""What writes into the first array that it is given; ``sort`` as a method only, as the others that are both."""

METHODS_ALONE = frozenset({"sort", "partition", "resize", "byteswap"})
"""Of these, the functions of the same name give a copy."""

_WHOLE = (
    "fill zero neg negative abs absolute exp exp2 expm1 log log2 log10 log1p sqrt rsqrt square reciprocal sign sin cos"
    " tan tanh sigmoid relu clamp clip round floor ceil trunc normal uniform random copyto logical_not bitwise_not"
    " positive byteswap conjugate nan_to_num"
)
WHOLE = BROADCASTING | frozenset(_WHOLE.split())
"""Functions that write each element, where they write in place."""

_OPERATORS = "iadd isub imul itruediv ifloordiv imod ipow imatmul iand ior ixor ilshift irshift"
INPLACE_OPERATORS = frozenset(_OPERATORS.split())
"""What ``+=`` and the like call."""


def stem(name: str) -> str:
    """The name of a function without what marks it as an operator or as in place.

    >>> [stem(name) for name in ("add_", "__iadd__", "iadd", "__rsub__", "reshape", "__and__", "remainder")]
    ['add', 'add', 'add', 'sub', 'reshape', 'and', 'remainder']
    """
    if name in INPLACE_OPERATORS:
        return name[1:]
    bare = name.strip("_")
    is_operator = name.startswith("__") and len(bare) > 2
    return bare[1:] if is_operator and bare[0] in "ir" and bare[1:] in BROADCASTING else bare


def is_whole(name: str, keywords: Mapping[str, object]) -> bool:
    """Whether a call that writes in place writes each element.

    >>> is_whole("add_", {}), is_whole("add", {"where": [True]}), is_whole("index_put_", {})
    (True, False, False)
    """
    return stem(name) in WHOLE and keywords.get("where", True) is True


def index_words(index: object) -> str:
    """Why an index copies: by a mask, by a list, or by several; and where the gathered axis comes.

    >>> index_words([0, 2])
    'a list picks any elements, so no strides reach them: gathered into new memory'
    >>> index_words(([0, 1], slice(None), [0, 2])).partition("; ")[2]
    'a slice stands between the lists, so that the axis of what they pick comes first'
    """
    parts = index if isinstance(index, tuple) else (index,)
    lists = [n for n, part in enumerate(parts) if _is_list(part)]
    is_list = any(isinstance(parts[n], list | range) for n in lists)
    words = MASK if any(_is_mask(parts[n]) for n in lists) else LISTS if is_list or not lists else INDICES
    if len(lists) > 1 and lists[-1] - lists[0] >= len(lists):
        between = [parts[n] for n in range(lists[0], lists[-1]) if n not in lists]
        what = "an index" if all(isinstance(part, int) for part in between) else "a slice"
        return f"{words}; {what} stands between the lists, so that the axis of what they pick comes first"
    rest = [part for part in parts if isinstance(part, slice) and part != slice(None)]
    return f"{words}; the slices in the same brackets are copied with them" if lists and rest else words


def is_gathering(index: object) -> bool:
    """Whether an index holds a list, a mask or an array, so that reading copies.

    >>> is_gathering((0, slice(None))), is_gathering((slice(None), [0, 2]))
    (False, True)
    """
    return any(map(_is_list, index if isinstance(index, tuple) else (index,)))


def written_words(index: object) -> str:
    """Which elements a write by such an index reaches.

    >>> written_words([True, False]), written_words([0, 2])
    ('where the mask is True', 'at these indices')
    """
    parts: Sequence[object] = index if isinstance(index, tuple) else (index,)
    is_masked = any(_is_mask(part) for part in parts if _is_list(part))
    return "where the mask is True" if is_masked else "at these indices"


def _is_list(part: object) -> bool:
    """A list, or an array with axes, or a mask without any; a number of an array's stands for an integer."""
    return isinstance(part, list | range) or bool(getattr(part, "shape", ())) or _is_mask(part)


def _is_mask(part: object) -> bool:
    if isinstance(part, bool):
        return True
    if isinstance(part, list):
        while isinstance(part, list) and part:
            part = part[0]
        return isinstance(part, bool)
    return str(getattr(part, "dtype", "")).removeprefix("torch.") in {"bool", "uint8"}
