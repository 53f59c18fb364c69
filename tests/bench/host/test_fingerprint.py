import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tensorlab.bench.host.fingerprint import fingerprint, host_facts, installed_version, loaded_blas
from tensorlab.bench.host.record import Host
from tensorlab.codec import decode, encode

CPUINFO = """processor\t: 0
model name\t: Some CPU @ 2.0GHz
physical id\t: 0
core id\t\t: 0
flags\t\t: fpu sse2 avx2 avx512f amx_bf16 fma

processor\t: 1
model name\t: Some CPU @ 2.0GHz
physical id\t: 0
core id\t\t: 0
flags\t\t: fpu sse2 avx2 avx512f amx_bf16 fma

processor\t: 2
physical id\t: 0
core id\t\t: 1
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A file tree with the facts of an invented machine."""
    files = {
        "proc/cpuinfo": CPUINFO,
        "sys/devices/system/cpu/cpu0/cache/index0/level": "1\n",
        "sys/devices/system/cpu/cpu0/cache/index0/type": "Data\n",
        "sys/devices/system/cpu/cpu0/cache/index0/size": "48K\n",
        "sys/devices/system/cpu/cpu0/cache/index3/level": "3\n",
        "sys/devices/system/cpu/cpu0/cache/index3/type": "Unified\n",
        "sys/devices/system/cpu/cpu0/cache/index3/size": "32M\n",
        "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
        "proc/driver/nvidia/gpus/0000/information": "Model: \t\t NVIDIA H100\nIRQ: 1\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_facts_are_read_from_the_system_files(machine: Path) -> None:
    host = host_facts(machine)
    assert host.cpu == "Some CPU @ 2.0GHz"
    assert host.vector == ("amx_bf16", "avx2", "avx512f", "fma")
    assert host.cores == 2
    assert host.caches == (("L1d", 49152), ("L3", 33554432))
    assert host.huge_pages == "madvise"
    assert host.accelerators == ("NVIDIA H100",)


def test_an_arm_machine_names_its_features_and_no_model(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text("processor\t: 0\nFeatures\t: fp asimd sve bf16\nCPU part\t: 0xd40\n")
    host = host_facts(tmp_path)
    assert host.vector == ("asimd", "sve")
    assert host.cpu


def test_a_system_without_these_files_still_answers(tmp_path: Path) -> None:
    host = host_facts(tmp_path)
    assert host.caches == ()
    assert host.vector == ()
    assert host.huge_pages == ""
    assert host.cores >= 1
    assert host.cpu


def test_facts_survive_json() -> None:
    host = host_facts()
    assert decode(Host, json.loads(json.dumps(encode(host)))) == host


def test_facts_name_no_path_and_no_host() -> None:
    text = json.dumps(encode(host_facts()))
    assert "/" not in text
    assert os.uname().nodename not in text or len(os.uname().nodename) < 4


def test_the_word_changes_with_what_matters_and_with_nothing_else() -> None:
    host = host_facts()
    word = fingerprint(host)
    same = [dataclasses.replace(host, blas=("mkl",)), dataclasses.replace(host, memory=host.memory + 4096)]
    other = [
        dataclasses.replace(host, cpu="another"),
        dataclasses.replace(host, environment=(("OMP_NUM_THREADS", "7"),)),
        dataclasses.replace(host, libraries=(("torch", "1.0"), ("numpy", "1.0"))),
        dataclasses.replace(host, usable=host.usable + 1),
    ]
    assert [fingerprint(h) for h in same] == [word, word]
    assert len({word, *map(fingerprint, other)}) == 5


def test_the_word_is_the_same_in_another_process_and_needs_no_library() -> None:
    code = (
        "import sys; from tensorlab.bench.host.fingerprint import fingerprint; print(fingerprint());"
        "assert not {'torch', 'numpy'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == fingerprint()


def test_versions_come_without_imports() -> None:
    assert installed_version("numpy")
    assert installed_version("no-such-distribution") == ""


def test_loaded_blas_names_numpys_once_it_is_loaded() -> None:
    import numpy as np  # noqa: PLC0415 - the test is about what loading it changes

    np.ones((2, 2)) @ np.ones((2, 2))
    assert loaded_blas()
    assert not any("/" in words for words in loaded_blas())
