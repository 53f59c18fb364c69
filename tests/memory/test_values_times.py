"""Dates, durations and C's widest floats, in words: what Python has no type for."""

from __future__ import annotations

import ctypes
import datetime as dt
from typing import Any

import numpy as np
import pytest

from tensorlab.layout.window import window
from tensorlab.memory.registry import describe
from tensorlab.memory.spelling import word
from tensorlab.memory.values import read


def words(thing: Any) -> tuple[str, ...]:
    memory = describe(thing)
    assert memory.sizes is not None
    return read(thing, memory, tuple(window(n, 99) for n in memory.sizes))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.datetime64("2020-01-02T00:00", "ns"), "2020-01-02"),
        (np.datetime64("2020-01-02T03:04:05.250", "ns"), "2020-01-02T03:04:05…"),
        (np.datetime64("2020-01-02T03:00", "m"), "2020-01-02T03:00"),
        (np.datetime64("2020", "Y"), "2020"),
        (np.datetime64("NaT", "ns"), "NaT"),
        (np.timedelta64(86_400_000_000_000, "ns"), "86400000000000 ns"),
        (np.timedelta64(3, ("s", 25)), "75 s"),
        (np.timedelta64("NaT", "D"), "NaT"),
    ],
)
def test_a_scalar(value: np.generic, text: str) -> None:
    assert word(value) == text


def test_dates_and_durations_of_arrays() -> None:
    assert words(np.array(["NaT", "2020-01-01"], "M8[ns]")) == ("NaT", "2020-01-01")
    assert words(np.array([[3, "NaT"], [1, 2]], "m8[us]").T) == ("3 us", "1 us", "NaT", "2 us")
    assert words(np.array("2020-01-01T10", "M8[h]")) == ("2020-01-01T10",)
    assert words(np.zeros((2, 2), "m8[s]").view(np.matrix)) == ("0 s",) * 4
    assert words(np.ma.masked_array(np.array([1, 2], "m8[D]"), [False, True]))[1] == "None"
    fields = np.zeros(1, [("t", "M8[ns]"), ("d", "m8[s]", (2,))])
    assert words(fields) == ("(1970-01-01, [0 s, …",)
    assert words(fields["d"]) == ("0 s", "0 s")


class RudeZone(dt.tzinfo):
    def utcoffset(self, _: Any) -> Any:
        raise ZeroDivisionError

    dst = tzname = utcoffset


def test_a_time_zone_that_raises() -> None:
    assert word(dt.datetime(2020, 1, 2, tzinfo=RudeZone())) == "<datetime>"


def test_long_doubles_of_a_buffer() -> None:
    wide: Any = np.array([1 - 2j], np.clongdouble)
    assert words((ctypes.c_longdouble * 2)(1.5, -2)) == ("1.5", "-2")
    assert words(memoryview(wide)) == ("1-2j",)
