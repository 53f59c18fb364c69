from __future__ import annotations

import inspect
import sys
import threading
import weakref

from tensorlab.memory.living.frames import running, variables


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
