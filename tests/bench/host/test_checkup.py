import json
import os
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from tensorlab.bench.host import checkup as module
from tensorlab.bench.host.checkup import EXTRAS, examine
from tensorlab.bench.host.fingerprint import host_facts
from tensorlab.bench.host.record import Accelerator, Checkup, Library
from tensorlab.codec import decode, encode
from tensorlab.process.record import Failed, Told

ROOT = Path(__file__).parents[3]

EXAMINE = """
import json, sys
from tensorlab.bench.host.checkup import examine
from tensorlab.codec import encode
checkup = examine(timeout=20)
assert not {"torch", "numpy"} & set(sys.modules)
print(json.dumps(encode(checkup)))
"""


def examined(folder: Path, *flags: str) -> Checkup:
    """The checkup of a process that imports from the folder first."""
    path = os.pathsep.join([str(folder), str(ROOT)])
    done = subprocess.run(
        [sys.executable, *flags, "-c", EXAMINE],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return decode(Checkup, json.loads(done.stdout))


def test_a_machine_in_order_has_no_problem() -> None:
    checkup = examine()
    torch, numpy = checkup.libraries
    assert checkup.problems == ()
    assert torch.version
    assert torch.file.endswith(".py")
    assert numpy.loaded
    assert decode(Checkup, json.loads(json.dumps(encode(checkup)))) == checkup
    assert str(checkup).startswith(checkup.host.python)


BROKEN = {
    "raises": ("raise ImportError('libtorch.so: cannot open shared object file')", "ImportError: libtorch.so: cannot"),
    "segfaults": ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended by SIGSEGV"),
    "exits": ("import os; os._exit(3)", "exit code 3"),
    "speaks at length": (
        "raise ImportError('\\nlibtorch.so: no such file\\n\\nSee the manual.')",
        "ImportError: libtorch.so: no such file",
    ),
    "has a cause": (
        "try: raise OSError('undefined symbol')\nexcept OSError as error: raise ImportError('advice') from error",
        "OSError: undefined symbol",
    ),
    "empty": ("", "AttributeError"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_torch_is_a_problem_and_numpy_still_answers(tmp_path: Path, kind: str) -> None:
    code, reason = BROKEN[kind]
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text(code)
    checkup = examined(tmp_path)
    torch, numpy = checkup.libraries
    assert reason in torch.failure
    assert not torch.version
    assert "manual" not in torch.failure
    assert "advice" not in torch.failure
    assert numpy.version
    assert not numpy.failure
    (problem,) = checkup.problems
    assert problem.text.startswith("torch ")
    assert "is installed but does not work: " in problem.text
    assert problem.cure == "pip install --force-reinstall torch"
    assert "torch does not work" in str(checkup)


def test_a_missing_numpy_is_a_problem_and_torch_still_answers(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise ModuleNotFoundError('no numpy today')")
    checkup = examined(tmp_path)
    torch, numpy = checkup.libraries
    assert numpy.failure == "ModuleNotFoundError: no numpy today"
    assert torch.version
    assert [problem.code for problem in checkup.problems] == ["numpy"]


def test_a_hanging_torch_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torch.py").write_text("import time; time.sleep(600)")
    monkeypatch.syspath_prepend(str(tmp_path))
    torch = examine(timeout=2).libraries[0]
    assert torch.failure == "no answer within 2 s"


def test_a_missing_torch_is_told_with_what_to_install(tmp_path: Path) -> None:
    """An interpreter without its packages: only what tensorlab itself needs is laid into the folder."""
    import threadpoolctl  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no annotations; its file is copied

    (tmp_path / "threadpoolctl.py").write_text(Path(threadpoolctl.__file__).read_text())
    checkup = examined(tmp_path, "-S")
    assert [library.failure for library in checkup.libraries] == [
        "ModuleNotFoundError: No module named 'torch'",
        "ModuleNotFoundError: No module named 'numpy'",
    ]
    assert [problem.cure for problem in checkup.problems] == ["pip install torch", "pip install numpy"]
    assert checkup.problems[0].text.startswith("torch is not installed: ")
    assert not any(extra.installed for extra in checkup.extras)


def test_a_gpu_that_torch_does_not_see_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    host = replace(host_facts(), accelerators=("NVIDIA H100",), environment=())
    answer: dict[str, object] = {"version": "2", "file": "", "built for": "CPU", "loaded": [], "accelerators": []}
    monkeypatch.setattr(module, "host_facts", lambda: host)
    monkeypatch.setattr(module, "ask", lambda *_, **__: Told(answer))
    (doubt,) = examine().doubts
    assert doubt.text == "the driver lists NVIDIA H100; torch, built for CPU, sees no accelerator"
    answer["accelerators"] = [["cuda:0", "NVIDIA H100", 80 * 2**30]]
    checkup = examine()
    assert checkup.doubts == ()
    assert checkup.accelerators == (Accelerator("cuda:0", "NVIDIA H100", 80 * 2**30),)
    assert "cuda:0 NVIDIA H100" in str(checkup)
    monkeypatch.setattr(module, "ask", lambda *_, **__: Failed("no"))
    assert examine().doubts == ()


def test_str_is_a_sentence_and_one_for_each_thing_that_is_wrong() -> None:
    host = replace(host_facts(), python="CPython 3.12", cpu="CPU", usable=2)
    libraries = (Library(name="torch", failure="x"), Library(name="NumPy", version="2.4"))
    checkup = Checkup(
        host=host,
        libraries=libraries,
        accelerators=(),
        extras=(),
        problems=(module._problem(libraries[0]),),
        doubts=(),
    )
    first, second = str(checkup).splitlines()
    assert first == "CPython 3.12, torch does not work, NumPy 2.4 on CPU, 2 processors, accelerators not known"
    assert second.startswith("problem: torch ")


def test_extras_are_those_of_pyproject() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    names = {extra: tuple(word.split(">")[0] for word in declared[extra]) for extra in EXTRAS}
    assert names == EXTRAS
    assert set(declared) - set(EXTRAS) == {"all", "dev", "peers"}
