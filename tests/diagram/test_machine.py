from dataclasses import replace

import pytest

from tensorlab.bench.host.record import Accelerator, Checkup, Extra, Host, Library
from tensorlab.diagram.machine import binary, checkup_scene
from tensorlab.memory.record import Doubt
from tensorlab.render.text import text
from tensorlab.scene.record import Table

HOST = Host(
    cpu="Some CPU",
    vector=("avx2", "avx512f", "fma"),
    cores=2,
    logical=4,
    usable=3,
    caches=(("L1d", 49152), ("L3", 2**25)),
    memory=2**34,
    huge_pages="madvise",
    accelerators=(),
    system="Linux 6.1 x86_64",
    python="CPython 3.12.1",
    libraries=(("torch", "2.13.0"), ("numpy", "2.4")),
    blas=(),
    environment=(("OMP_NUM_THREADS", "2"),),
)

CHECKUP = Checkup(
    host=HOST,
    libraries=(
        Library(
            name="torch",
            version="2.13.0",
            file="/lib/torch/__init__.py",
            facts=(("built for", "CPU"), ("linear algebra", "")),
            loaded=("openmp 2 threads",),
        ),
        Library(name="NumPy", version="2.4", file="/lib/numpy/__init__.py"),
    ),
    accelerators=(),
    extras=(Extra("plot", (("matplotlib", "3.11"),)), Extra("vision", (("torchvision", ""), ("Pillow", "13")))),
    problems=(),
    doubts=(),
)

PICTURE = """\
tensorlab doctor
libraries
Python           CPython 3.12.1
torch            2.13.0
                 built for: CPU
                 loads openmp 2 threads
NumPy            2.4

machine
CPU              Some CPU
vector code      avx2, avx512f
processors       2 cores, 4 logical; this process may run on 3
caches           L1d 48 KiB, L3 32 MiB
memory           16 GiB
large pages      madvise
system           Linux 6.1 x86_64

accelerators
none             torch computes on the CPU only

extras
plot             matplotlib 3.11
vision           torchvision missing, Pillow 13: pip install
                 'tensorlab-toolkit[vision]'

variables        that change speed
OMP_NUM_THREADS  2

torch is /lib/torch/__init__.py
NumPy is /lib/numpy/__init__.py

everything works"""


def test_the_picture_of_a_machine_in_order() -> None:
    assert text(checkup_scene(CHECKUP)) == PICTURE


def test_a_library_that_does_not_work_says_why() -> None:
    broken = Library(name="torch", failure="ended by SIGSEGV")
    problem = Doubt("torch", "torch is installed but does not work: ended by SIGSEGV", "pip install it again")
    drawn = text(checkup_scene(replace(CHECKUP, libraries=(broken,), problems=(problem,))))
    assert "torch            ended by SIGSEGV\n" in drawn
    assert "not known        torch, which lists them, does not work\n" in drawn
    assert "on the CPU only" not in drawn
    assert drawn.endswith(
        "problem: torch is installed but does not work: ended by SIGSEGV\ncure: pip install it again\n\n"
        "1 problem, 0 warnings"
    )


def test_warnings_are_told_and_counted() -> None:
    drawn = text(
        checkup_scene(replace(CHECKUP, doubts=(Doubt("a", "slow", "unset A"), Doubt("b", "slower", "unset B"))))
    )
    assert "warning: slow\ncure: unset A\n\nwarning: slower\ncure: unset B\n" in drawn
    assert drawn.endswith("\n\neverything works; 2 warnings")


def test_accelerators_are_listed() -> None:
    devices = (Accelerator("cuda:0", "NVIDIA H100", 80 * 2**30), Accelerator("mps:0", "", 0))
    drawn = text(checkup_scene(replace(CHECKUP, accelerators=devices)))
    assert "cuda:0           NVIDIA H100, 80 GiB\nmps:0            model not told, memory not told\n" in drawn


def test_what_nobody_tells_is_said_to_be_so() -> None:
    bare = replace(HOST, caches=(), memory=0, vector=(), huge_pages="", environment=())
    drawn = text(checkup_scene(replace(CHECKUP, host=bare)))
    assert drawn.count("not told") == 4
    assert "no variable that changes speed is set" in drawn


def test_an_empty_value_is_shown_as_such() -> None:
    host = replace(HOST, environment=(("CUDA_VISIBLE_DEVICES", ""),))
    assert 'CUDA_VISIBLE_DEVICES  ""' in text(checkup_scene(replace(CHECKUP, host=host)))


def test_a_long_path_is_not_cut() -> None:
    path = "/a/" + "very-long-folder/" * 8 + "__init__.py"
    library = replace(CHECKUP.libraries[0], file=path)
    drawn = text(checkup_scene(replace(CHECKUP, libraries=(library,))))
    assert path in drawn


@pytest.mark.parametrize(("nbytes", "words"), [(0, "0 B"), (1023, "1.02 kB"), (1024, "1 KiB"), (3 * 2**29, "1.5 GiB")])
def test_binary_sizes(nbytes: int, words: str) -> None:
    assert binary(nbytes) == words


def test_the_sections_line_up_as_cells_of_one_table_without_blanks() -> None:
    scene = checkup_scene(CHECKUP)
    (table,) = (child for child in scene.children if isinstance(child, Table))
    words = [str(cell.span.text) for row in table.rows for cell in row]
    assert words == [word.strip() for word in words]
    titles = [str(row[0].span.text) for row in table.rows if row[0].span.role == "strong"]
    assert titles == ["libraries", "machine", "accelerators", "extras", "variables"]


def test_one_core_is_one() -> None:
    assert "1 core, 1 logical" in text(checkup_scene(replace(CHECKUP, host=replace(HOST, cores=1, logical=1))))
