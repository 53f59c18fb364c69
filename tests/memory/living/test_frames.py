from __future__ import annotations

import gc
import inspect
import sys
import threading
import weakref
from types import FrameType
from typing import TYPE_CHECKING

from tensorlab.memory.living.frames import is_ours, running, variables
from tensorlab.memory.living.roots import find_roots

if TYPE_CHECKING:
    from collections.abc import Generator


class Thing:
    """Can be referred to weakly."""


def test_the_variables_of_a_function() -> None:
    one, two = 1, "two"
    found = variables(sys._getframe())
    assert ("one", one) in found
    assert ("two", two) in found


def test_asking_keeps_nothing_alive() -> None:
    thing = Thing()
    gone = weakref.ref(thing)
    variables(sys._getframe())
    del thing
    assert gone() is None


def test_a_copy_that_somebody_holds_is_left_alone() -> None:
    thing = Thing()
    mine = locals()
    variables(sys._getframe())
    assert mine["thing"] is thing


def test_a_copy_that_somebody_holds_is_not_written_to() -> None:
    mine = locals()
    before = dict(mine)
    later = Thing()
    variables(sys._getframe())
    assert dict(mine) == before or sys.version_info >= (3, 13)
    assert isinstance(later, Thing)


def test_what_was_put_into_locals_stays() -> None:
    locals()["extra"] = 3
    variables(sys._getframe())
    assert sys.version_info >= (3, 13) or locals()["extra"] == 3


def test_variables_without_a_value_are_left_out() -> None:
    gone = Thing()
    del gone
    names = {name for name, _ in variables(sys._getframe())}
    assert names.isdisjoint({"gone", "names"})


def test_a_generator_that_waits() -> None:
    def generator(thing: Thing) -> Generator[Thing, None, None]:
        yield thing

    thing = Thing()
    waiting = generator(thing)
    next(waiting)
    assert inspect.isgenerator(waiting)
    assert waiting.gi_frame is not None
    assert variables(waiting.gi_frame) == [("thing", thing)]
    gone = weakref.ref(thing)
    waiting.close()
    del thing
    assert gone() is None


def test_captured_variables_are_there() -> None:
    thing = Thing()

    def inner() -> Thing:
        return thing

    assert dict(variables(sys._getframe()))["thing"] is inner()


def test_a_debugger_may_write_its_copy_back() -> None:
    thing = Thing()
    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        variables(sys._getframe())
    finally:
        sys.settrace(before)
    assert sys._getframe().f_locals["thing"] is thing


def test_a_module_has_no_local_variables() -> None:
    frame = sys._getframe()
    while frame.f_code.co_flags & inspect.CO_OPTIMIZED:
        assert frame.f_back is not None
        frame = frame.f_back
    assert variables(frame) == []


def test_frames_of_other_threads_are_seen() -> None:
    ready, done = threading.Event(), threading.Event()

    def waiting() -> None:
        ready.set()
        done.wait(10)

    thread = threading.Thread(target=waiting)
    thread.start()
    ready.wait(10)
    try:
        assert "waiting" in {frame.f_code.co_name for frame in running()}
    finally:
        done.set()
        thread.join()


def test_no_frame_of_ours_is_left_behind() -> None:
    def ours() -> list[FrameType]:
        return [thing for thing in gc.get_objects() if type(thing) is FrameType and is_ours(thing)]

    gc.collect()
    before = len(ours())
    gc.disable()
    try:
        find_roots()
        assert len(ours()) == before
    finally:
        gc.enable()
