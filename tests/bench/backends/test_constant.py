from __future__ import annotations

from tensorlab.bench.backends.constant import always


def test_the_answer_is_the_same_object_whatever_is_asked() -> None:
    value = object()
    assert always(value)() is always(value)(1, two=3) is value
