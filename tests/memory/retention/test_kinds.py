from __future__ import annotations

import types

from tensorlab.memory.retention.kinds import called, defined, has_room, hashable, is_native, mro


class Meta(type):
    def __getattribute__(cls, name: str) -> object:
        raise SystemExit("code of the metaclass ran")

    def __hash__(cls) -> int:
        raise SystemExit("code of the metaclass ran")


def test_a_metaclass_is_not_asked() -> None:
    kind = Meta("Kind", (list,), {"word": 3, "__module__": "here"})
    assert [base is other for base, other in zip(mro(kind), (kind, list, object), strict=True)] == [True] * 3
    assert defined(kind)["word"] == 3
    assert called(kind) == "here.Kind"
    assert (is_native(kind), has_room(kind), hashable(kind)) == (False, True, object)


def test_types_of_the_interpreter() -> None:
    assert is_native(dict)
    assert hashable(types.FunctionType) is types.FunctionType
    assert not has_room(object)
    assert called(types.SimpleNamespace) == "types.SimpleNamespace"
