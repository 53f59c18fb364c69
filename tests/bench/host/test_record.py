from __future__ import annotations

from dataclasses import replace

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
    assert lines[0].endswith(", no accelerator")
    assert lines[1:] == ["problem: NumPy is missing", "warning: something is slow"]
    assert "cuda:0 Some GPU" in str(checkup(accelerators=(Accelerator("cuda:0", "Some GPU", 0),)))


def test_an_extra_is_installed_when_nothing_of_it_is_missing() -> None:
    assert Extra("plot", (("matplotlib", "3.11"),)).installed
    assert not Extra("vision", (("torchvision", ""), ("Pillow", "13"))).installed


def test_accelerators_are_not_known_where_torch_does_not_work() -> None:
    broken = replace(checkup(), libraries=(Library(name="torch", failure="ended by SIGSEGV"),))
    assert not broken.accelerators_known
    assert str(broken).splitlines()[0].endswith(", accelerators not known")


def test_one_processor_is_told_as_one() -> None:
    usual = checkup()
    assert ", 1 processor," not in str(replace(usual, host=replace(usual.host, usable=2)))
    assert ", 1 processor," in str(replace(usual, host=replace(usual.host, usable=1)))
