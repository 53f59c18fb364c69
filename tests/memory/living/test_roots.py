from __future__ import annotations

from tensorlab.memory.living.roots import captured, find_roots


def test_variables_and_modules_are_names() -> None:
    thing: list[object] = [[]]
    found = find_roots()
    assert found.variables[id(thing)] == [("thing", "test_variables_and_modules_are_names")]
    assert found.modules[id(globals())] == __name__


def test_cells_of_functions_are_names() -> None:
    thing: list[object] = [[]]

    def inner() -> object:
        return thing

    assert inner.__closure__ is not None
    assert dict(captured([inner])) == {
        id(inner.__closure__[0]): ("thing", "test_cells_of_functions_are_names.<locals>.inner")
    }
