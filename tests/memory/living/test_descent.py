from __future__ import annotations

from types import FunctionType

from tensorlab.memory.living.descent import descend


def test_the_shortest_way_and_every_holder() -> None:
    thing: list[object] = [[]]
    near, far = {"x": thing}, {"y": {"z": thing}}
    found = descend({id(thing)}, [[far, near]], frozenset())
    assert found.parents[id(thing)] is near
    assert found.holders[id(thing)] == [near, far["y"]]


def test_a_later_wave_is_not_preferred() -> None:
    thing: list[object] = [[]]
    far, late = {"y": {"z": {"w": thing}}}, [thing]
    assert descend({id(thing)}, [[far], [late]], frozenset()).parents[id(thing)] is far["y"]["z"]


def test_what_is_passed_is_not_entered() -> None:
    thing: list[object] = [[]]

    def holds(default: object = thing) -> object:
        return default

    assert id(thing) not in descend({id(thing)}, [[[holds]]], frozenset({id(FunctionType)})).parents
    assert id(thing) in descend({id(thing)}, [[[holds]]], frozenset()).parents


def test_cycles_end() -> None:
    ring: list[object] = []
    ring.append(ring)
    assert list(descend({id(ring)}, [[ring]], frozenset()).holders.values()) == [[ring]]
