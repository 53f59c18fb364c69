"""The names of all workloads, for help that loads no library; a test holds them to the tables."""

from __future__ import annotations

NAMES = (
    *("add", "mul", "div", "exp", "tanh", "gelu", "relu", "where", "cast", "clamp", "add_row", "chain3", "chain8"),
    *("sum", "max", "argmax", "softmax", "norm"),
    *(f"{name}_axis{axis}" for name in ("sum", "max", "argmax", "softmax", "norm") for axis in (0, 1)),
    *("matmul", "matmul_tall", "matmul_batched", "matvec", "einsum", "linear"),
    *("matmul_ta", "matmul_tb", "matmul_strided", "conv2d"),
    *("copy", "transpose", "gather", "scatter", "cat", "index"),
    "alexnet",
)
