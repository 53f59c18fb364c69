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


KINDS: dict[int, Facts] = {}
"""Of operators by their identity; each is held, so that it stays its own."""
BARE = Facts("", writes=False, view=False, func=None, lists=(), own=False)
"""Of a call that reaches no operator."""


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
    found = KINDS[id(func)] = Facts(str(func), writes, view, func, lists, own)
    return found


def _is_written_list(argument: Any) -> bool:  # noqa: ANN401 - of a schema of torch's
    alias = argument.alias_info
    return alias is not None and alias.is_write and "List" in str(argument.type)
