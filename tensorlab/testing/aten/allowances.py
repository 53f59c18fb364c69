"""Differences that are an operator's right: each by name and with its reason, never by silence.

An allowance waives one judgement of one operator, where it differs: the calls are made all the same, they are counted,
and shapes, dtypes and every byte of every argument are still compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.testing.aten.record import Allowance

if TYPE_CHECKING:
    from tensorlab.testing.record import VerdictWord

_RANDOM = Allowance("values", "random numbers are drawn in the order of memory")
_UNSET = Allowance("values", "elements are not set by definition")
_STRIDES = Allowance("values", "reads the storage by the strides that it is given")
_VIEW = Allowance("refusal", "a view or an error by definition: not every layout has it")
_CONTIGUOUS = Allowance("refusal", "takes C order and says so; nn.functional.group_norm copies for it")
_FALLBACK = "fallback does not support operators w"
_BITS = Allowance("refusal", "torch says that no fallback for neg or conj bits takes several written tensors")
_RESIZE = Allowance("values", "goes on in the storage by definition")

ALLOWANCES: dict[str, tuple[Allowance, ...]] = {
    **dict.fromkeys(
        (
            "bernoulli",
            "cauchy",
            "exponential",
            "geometric",
            "log_normal",
            "multinomial",
            "native_dropout_backward",
            "nn.functional.alpha_dropout",
            "nn.functional.dropout",
            "nn.functional.dropout2d",
            "nn.functional.dropout3d",
            "nn.functional.feature_alpha_dropout",
            "normal",
            "rand_like",
            "randint_like",
            "randn_like",
            "uniform",
        ),
        (_RANDOM,),
    ),
    **dict.fromkeys(("empty_like", "new_empty", "new_empty_strided", "empty_strided", "empty"), (_UNSET,)),
    **dict.fromkeys(("as_strided", "as_strided_copy", "as_strided_scatter"), (_STRIDES,)),
    **dict.fromkeys(("view", "view_as", "view_as_complex"), (_VIEW,)),
    "native_group_norm": (_CONTIGUOUS,),
    **dict.fromkeys(("resize_", "resize_as_"), (_RESIZE,)),
}
"""By OpInfo's name."""


def allowance(op: str, verdict: VerdictWord, cause: str) -> Allowance | None:
    """What waives that verdict for that operator; None where nothing does.

    >>> allowance("view", "REFUSED", "").reason
    'a view or an error by definition: not every layout has it'
    >>> allowance("view", "SILENT-WRONG", "values") is None
    True
    """
    wanted = {"REFUSED": "refusal", "SILENT-WRONG": cause}.get(verdict, verdict)
    if verdict == "REFUSED" and _FALLBACK in cause:
        return _BITS
    name = op if op in ALLOWANCES else op.partition(".")[0]
    return next((known for known in ALLOWANCES.get(name, ()) if known.what == wanted), None)
