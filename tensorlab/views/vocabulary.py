"""The words of the expression language: which functions, constants, methods and attributes an expression may use.

What is not here does not exist: nothing that reads or writes a file, reaches the network, runs code or changes a value.
"""

from __future__ import annotations

from tensorlab.layout.dtype import DTYPES


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LIBRARIES = {"torch": "torch", "np": "numpy", "numpy": "numpy", "array": "array"}
"""The names that a dotted path starts with, and the library that each stands for."""

BUILTINS = _words("bool bytearray bytes complex float int list memoryview range tuple")
"""Functions without a dot."""

TYPES = _words("bool complex float int")
"""The ones that may also stand for a dtype: ``dtype=float``."""

OPERATORS = {
    "Add": "+",
    "Sub": "-",
    "Mult": "*",
    "Div": "/",
    "FloorDiv": "//",
    "Mod": "%",
    "Pow": "**",
    "BitAnd": "&",
    "BitOr": "|",
    "BitXor": "^",
}
"""Python's names of the operators between two values."""

COMPARISONS = {"Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">="}
"""Python's names of the comparisons."""

_SHARED = _words(
    "arange asarray broadcast_to diagonal empty empty_like eye flip frombuffer full full_like linspace logspace"
    " moveaxis ones ones_like ravel reshape squeeze stack swapaxes transpose zeros zeros_like"
)

FUNCTIONS = {
    "torch": _SHARED
    | _words(
        "as_strided as_tensor cat clone complex conj device empty_strided flatten from_numpy imag movedim narrow"
        " nn.Parameter permute rand rand_like randint randn randn_like randperm real scalar_tensor select swapdims t"
        " tensor unflatten unsqueeze view_as_complex view_as_real"
    ),
    "numpy": _SHARED
    | _words(
        "array ascontiguousarray asfortranarray concatenate dtype expand_dims identity lib.stride_tricks.as_strided"
        " lib.stride_tricks.sliding_window_view"
    ),
    "array": _words("array"),
}
"""What can be called on each library."""

_NUMPY_DTYPES = _words(
    "bool bool_ complex64 complex128 double float16 float32 float64 half int8 int16 int32 int64 intc intp longdouble"
    " single uint8 uint16 uint32 uint64 uintp"
)

CONSTANTS = {
    "torch": frozenset(DTYPES)
    | _words(
        "cdouble cfloat chalf channels_last channels_last_3d contiguous_format double float half inf int long nan pi"
        " preserve_format short strided"
    ),
    "numpy": _NUMPY_DTYPES | _words("inf nan newaxis object_ pi"),
    "array": _words(""),
}
"""What can be named on each library without calling it."""

CALLABLE_CONSTANTS = {"torch": _words(""), "numpy": _NUMPY_DTYPES, "array": _words("")}
"""Dtypes that also make a scalar or an array: ``np.float32(1.5)``."""

LAZY_METHODS = _words(
    "as_strided detach diagonal dim element_size expand expand_as is_contiguous moveaxis movedim narrow numel numpy"
    " permute select size squeeze storage_offset stride swapaxes swapdims t toreadonly transpose unflatten unfold"
    " unsqueeze view view_as"
)
"""Methods that never touch an element, so that they may be called on anything, however large."""

METHODS = LAZY_METHODS | _words(
    "astype bfloat16 bool byte cast char clone conj contiguous copy cpu cuda double flatten flip float half int item"
    " long ravel repeat requires_grad_ reshape reshape_as resolve_conj resolve_neg short to tobytes tolist"
)
"""What can be called on a value."""

WRITING_METHODS = _words("add_ copy_ div_ fill_ masked_fill_ mul_ neg_ sub_ zero_")
"""What can be called on a tensor where a text may write: in statements."""

LAZY_FUNCTIONS = _words(
    "as_strided broadcast_to device diagonal dtype expand_dims from_numpy lib.stride_tricks.as_strided"
    " lib.stride_tricks.sliding_window_view moveaxis movedim narrow nn.Parameter permute select squeeze swapaxes"
    " swapdims t transpose unflatten unsqueeze view_as_complex view_as_real"
)
"""Functions that never touch an element of what they are given."""

WALKING_FUNCTIONS = _words(
    "cat concatenate empty empty_strided eye full identity ones rand randint randn randperm stack zeros"
)
"""Functions that walk through an argument as through a list, where it is an array too."""

WORD_FUNCTIONS = _words("array asarray ascontiguousarray asfortranarray concatenate full full_like stack")
"""Functions that make every element as wide as the longest word that they are given."""

KEYWORDS = _words(
    "M N a align array arrays axes axis axis0 axis1 axis2 base buffer casting copy count data destination device"
    " dim dim0 dim1 dim2 dimension dims dtype encoding end end_dim endpoint errors fill_value force format high imag"
    " implicit index input k layout length low m memory_format n ndmin non_blocking num obj object offset order"
    " other pin_memory prototype real repeats requires_grad retstep s shape size sizes source start start_dim step"
    " steps stop storage_offset stride strides subok tensors type v window_shape writeable x"
)
"""Arguments that may be given by name: none that a result is written into, as ``out``, or that calls anything."""

MOST_POSITIONAL = {"concatenate": 2, "stack": 2}
"""Of functions that write into the argument behind these."""

ATTRIBUTES = _words("H T base data device dtype imag itemsize mH mT nbytes ndim real shape size strides")
"""What can be read from a value."""
