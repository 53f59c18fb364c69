"""What operators do to what they are given, as their schemas say; asked once of each."""

from __future__ import annotations

from typing import Any, NamedTuple


class Facts(NamedTuple):
    """Of one operator."""

    name: str
    """ "aten.mul.Tensor"."""
    writes: bool
    """Whether it writes what it is given."""
    view: bool
    """Whether it gives a view."""
    func: Any
    lists: tuple[int, ...]
    """Which of its arguments are lists that it writes."""
    own: bool
    """Whether it is torch's own: its kernels are no code of Python's."""
    keeps: bool = False
    """Whether it gives finite numbers only, in the dtype that it is given or a wider one, of finite numbers only."""


KINDS: dict[int, Facts] = {}
"""Of operators by their identity; each is held, so that it stays its own."""
BARE = Facts("", writes=False, view=False, func=None, lists=(), own=False)
"""Of a call that reaches no operator."""
_KEEPING = "cat clone copy_ lift_fresh neg relu relu_ select_backward slice_backward stack threshold_backward"
_KEEPS = frozenset(f"aten::{name}" for name in _KEEPING.split())
"""They move numbers, leave some out, put zeros in their place. ``copy_`` may narrow the dtype: who asks looks there."""


def kind_of(func: Any) -> Facts:  # noqa: ANN401 - an operator
    """What its schema says; kept.

    >>> import torch
    >>> facts = kind_of(torch.ops.aten._foreach_add_.Scalar)
    >>> facts.name, facts.writes, facts.lists, kind_of(torch.ops.aten.t.default).view
    ('aten._foreach_add_.Scalar', True, (0,), True)
    """
    schema: Any = getattr(func, "_schema", None)
    writes = schema is not None and schema.is_mutable
    view = schema is not None and not writes and any(value.alias_info is not None for value in schema.returns)
    lists = tuple(at for at, one in enumerate(schema.arguments) if _is_written_list(one)) if writes else ()
    own = getattr(func, "namespace", "") == "aten"
    found = KINDS[id(func)] = Facts(str(func), writes, view, func, lists, own, own and schema.name in _KEEPS)
    return found


def _is_written_list(argument: Any) -> bool:  # noqa: ANN401 - of a schema of torch's
    alias = argument.alias_info
    return alias is not None and alias.is_write and "List" in str(argument.type)
