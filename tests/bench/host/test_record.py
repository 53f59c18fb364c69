from __future__ import annotations

from tensorlab.bench.host.fingerprint import host_facts
from tensorlab.bench.host.record import Accelerator, Checkup, Extra, Library
from tensorlab.memory.record import Doubt


def checkup(*, problems: tuple[Doubt, ...] = (), accelerators: tuple[Accelerator, ...] = ()) -> Checkup:
    return Checkup(
        host=host_facts(),
        libraries=(Library(name="torch", version="2.13.0"), Library(name="NumPy", failure="missing")),
        accelerators=accelerators,
        extras=(),
        problems=problems,
        doubts=(Doubt("slow", "something is slow", "hurry"),),
    )


def test_the_sentence_of_a_checkup_names_what_is_there_and_what_is_wrong() -> None:
    lines = str(checkup(problems=(Doubt("broken", "NumPy is missing"),))).splitlines()
    assert "torch 2.13.0, NumPy does not work on " in lines[0]
    assert lines[0].endswith("processors, no accelerator")
    assert lines[1:] == ["problem: NumPy is missing", "warning: something is slow"]
    assert "cuda:0 Some GPU" in str(checkup(accelerators=(Accelerator("cuda:0", "Some GPU", 0),)))


def test_an_extra_is_installed_when_nothing_of_it_is_missing() -> None:
    assert Extra("plot", (("matplotlib", "3.11"),)).installed
    assert not Extra("vision", (("torchvision", ""), ("Pillow", "13"))).installed
