"""Scripts under a recording, as check, why and nan have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.api.autograd_scripts import MOST_FINDINGS, run_recorded
from tensorlab.autograd.findings.report import ScriptReport
from tensorlab.codec import decode, encode
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

TRAIN = """import sys, torch
torch.manual_seed(0)
used, idle = torch.nn.Linear(2, 1), torch.nn.Linear(2, 1)
scale = torch.ones(1, requires_grad=True)
loss = (used(torch.ones(3, 2)) * scale.detach()).sum()
loss.backward()
print(sys.argv[1:])
"""


def script(folder: Path, code: str) -> Path:
    path = folder / "train.py"
    path.write_text(code)
    return path


def test_why_looks_at_every_leaf_that_has_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = run_recorded(script(tmp_path, TRAIN), ["--lr", "1"], task="why")
    assert {verdict.name: verdict.verdict for verdict in report.verdicts} == {
        "used.weight": "has grad",
        "used.bias": "has grad",
        "idle.weight": "unreachable",
        "idle.bias": "unreachable",
        "scale": "cut by detach",
    }
    assert report.found
    assert capsys.readouterr().out == "['--lr', '1']\n"


def test_one_name_may_be_asked_for(tmp_path: Path) -> None:
    path = script(tmp_path, TRAIN)
    (verdict,) = run_recorded(path, task="why", tensor="scale").verdicts
    assert str(verdict).startswith("scale: cut by detach: detach train.py:5")
    (verdict,) = run_recorded(path, task="why", tensor="used.weight").verdicts
    assert verdict.verdict == "has grad"
    with pytest.raises(UnavailableError, match="no tensor of the script is called 'usde'"):
        run_recorded(path, task="why", tensor="usde")


def test_a_loop_that_sets_gradients_to_none_at_its_end_is_no_finding(tmp_path: Path) -> None:
    code = TRAIN + "scale = None\nidle = None\nused.zero_grad()\n"
    report = run_recorded(script(tmp_path, code), task="why")
    assert {verdict.verdict for verdict in report.verdicts} == {"set to None"}
    assert not report.found


def test_nan_is_born_somewhere(tmp_path: Path) -> None:
    code = "import torch\nx = torch.zeros(2, requires_grad=True)\n(x - 1).log().sum().backward()\n"
    report = run_recorded(script(tmp_path, code), task="nan")
    assert report.found
    assert "train.py:3" in str(report)
    (finding,), (birth,) = report.findings, report.origins
    assert (finding.trouble, finding.line, str(finding)) == ("not finite", "train.py:3", str(birth))
    assert decode(ScriptReport, encode(report)) == report
    assert not run_recorded(script(tmp_path, TRAIN), task="nan").found


def test_a_script_that_fails_by_itself_is_no_finding(tmp_path: Path) -> None:
    report = run_recorded(script(tmp_path, "raise ValueError('it broke')\n"))
    assert (report.found, report.script_code) == (False, 1)
    assert report.error.endswith("ValueError: it broke")
    assert "tensorlab" not in report.error
    assert str(report) == "nothing found: train.py called no backward"


def test_the_same_finding_is_told_once_and_many_are_cut_off(tmp_path: Path) -> None:
    code = """import torch
for step in range(40):
    y = torch.ones(2, requires_grad=True).exp()
    y.detach().add_(1)
    try:
        y.sum().backward()
    except RuntimeError:
        pass
"""
    assert len(run_recorded(script(tmp_path, code)).findings) == 1
    assert MOST_FINDINGS > 1


def test_what_a_check_finds_stands_in_the_findings_and_not_in_what_was_raised_too(tmp_path: Path) -> None:
    code = "import torch\ny = torch.ones(3, requires_grad=True).sigmoid()\ny.mul_(2)\ny.sum().backward()\n"
    checked = run_recorded(script(tmp_path, code))
    assert [finding.line for finding in checked.findings] == ["train.py:2"]
    assert checked.error.count("written by mul_") == 0
    assert run_recorded(script(tmp_path, code), task="nan").error.count("written by mul_") == 1


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(UnavailableError, match=r"there is no file 'nowhere\.py'"):
        run_recorded("nowhere.py")


def test_frozen_parameters_are_listed_and_are_no_finding(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text("""import torch
m = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 1))
m[0].requires_grad_(False)
m(torch.ones(1, 2)).sum().backward()
""")
    report = run_recorded(path, task="why")
    assert not report.found
    assert [one.verdict for one in report.verdicts] == ["no requires_grad", "no requires_grad", "has grad", "has grad"]
    assert str(report).endswith("nothing found: 1 backward call of train.py, 4 tensors looked at, 2 frozen")
    assert run_recorded(path, task="why", tensor="m.0.weight").found


def test_a_backward_in_another_thread_is_not_denied(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text("""import threading
import torch
x = torch.ones(2, requires_grad=True)
thread = threading.Thread(target=lambda: x.exp().sum().backward())
thread.start()
thread.join()
""")
    expected = "nothing found: train.py called no backward in its first thread; it started 1 thread: "
    assert str(run_recorded(path)) == f"{expected}backwards of other threads are not recorded"


def test_a_check_holds_no_loss(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text("""import torch, weakref
loss = torch.ones(2, requires_grad=True).sum()
gone = weakref.ref(loss)
loss.backward()
del loss
assert gone() is None
""")
    assert run_recorded(path).error == ""


def test_memory_that_an_array_shares_is_told(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text("""import torch
x = torch.ones(2, requires_grad=True)
for _ in range(3):
    y = x.exp()
    y.detach().numpy()[0] = 9
    y.sum().backward()
""")
    report = run_recorded(path)
    assert not report.found
    saved = "ExpBackward0.result saved train.py:4 lies in memory that an array shares (numpy train.py:5)"
    assert report.notes == (f"{saved}: writes through the array are not seen",)
    assert str(report).splitlines()[1:] == list(report.notes)
