"""Which dtypes torch has code for on a CPU: a table that the tests hold against torch, pair by pair."""

from __future__ import annotations

from tensorlab.memory.writes.record import Refusal

COMPLETE = frozenset(
    {"bfloat16", "float16", "float32", "float64", "complex32", "complex64", "complex128"}
    | {"int8", "int16", "int32", "int64", "uint8"}
)
"""Those that every operation in place takes which makes sense for them; only these can be negated."""
COPYING = COMPLETE | frozenset(
    {"bool", "uint16", "uint32", "uint64"}
    | {"float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu"}
)
"""Those that are copied to one another."""
OPAQUE = frozenset({"bits16", "bits1x8", "bits2x4", "bits4x2", "bits8", "float4_e2m1fn_x2"})
"""Those that are copied to their own dtype only."""
_ARRAYS = COMPLETE - {"bfloat16", "complex32"} | {"bool", "uint16", "uint32", "uint64"}
"""Those that ``torch.from_numpy`` takes."""


def inplace_kernel(name: str) -> Refusal:
    """Whether torch has the operations in place for a dtype; where it has some of them, that is not known.

    >>> inplace_kernel("float32").raises, inplace_kernel("bool").raises
    (False, None)
    """
    if name in COMPLETE:
        return Refusal(raises=False)
    return Refusal(raises=None, reason=f"for {name} torch has some operations in place, and not others")


def copy_kernel(dst: str, src: str, *, negates: bool = False) -> Refusal:
    """Whether torch has code to copy elements of one dtype to another; ``negates`` where a sign has to be turned.

    >>> copy_kernel("float32", "float8_e5m2").raises, copy_kernel("bits8", "bits8").raises
    (False, False)
    >>> copy_kernel("bfloat16", "uint4").reason
    'torch has no code to copy uint4 to bfloat16'
    >>> copy_kernel("bool", "float32", negates=True).reason
    'torch copies the bits of a negative view, then negates dst, and has no code to negate bool'
    """
    copies = {dst, src} <= COPYING or (dst == src and dst in OPAQUE)
    if not copies:
        return Refusal(raises=True, reason=f"torch has no code to copy {src} to {dst}", cure="convert src first")
    if negates and dst not in COMPLETE:
        words = f"torch copies the bits of a negative view, then negates dst, and has no code to negate {dst}"
        return Refusal(raises=True, reason=words, cure="copy from src.resolve_neg()")
    return Refusal(raises=False)


def array_kernel(dst: str, src: str | None, *, backwards: bool = False) -> Refusal:
    """The same of an array, which torch reads as ``torch.from_numpy`` does; ``backwards`` where a stride is negative.

    >>> array_kernel("float32", "uint8").raises, array_kernel("float32", "longdouble").raises
    (False, None)
    """
    if src not in _ARRAYS or backwards:
        what = "a negative stride" if backwards else src or "elements whose dtype is not known"
        return Refusal(raises=None, reason=f"torch.from_numpy does not take {what}")
    return copy_kernel(dst, src)
