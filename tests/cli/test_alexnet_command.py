from __future__ import annotations

import json
from typing import TYPE_CHECKING

import matplotlib.cbook
import pytest
from support.probe import run_command

from tensorlab.bench.host.fingerprint import usable_processors
from tensorlab.codec import decode
from tensorlab.models.classified import Classification
from tensorlab.models.record import LayerTimes

if TYPE_CHECKING:
    from pathlib import Path

PHOTO = str(matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))

THREADS = f'hint: choose a number from 1 to {8 * usable_processors()}, or "all"\n'


def test_the_table_and_the_record() -> None:
    done = run_command("alexnet", "--batch", "1", "--threads", "1", "--ascii")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "alexnet, batch 1 of 224 x 224 images, float32, cpu, 1 thread"
    assert "seeded random numbers (seed 0)" in lines[1]
    assert any(line.startswith("all layers") and "61,100,840" in line for line in lines)
    assert "images/s" in done.stdout
    assert max(map(len, lines)) <= 80


def test_json_is_the_record() -> None:
    done = run_command("alexnet", "--batch", "1", "--seed", "5", "--json")
    times = decode(LayerTimes, json.loads(done.stdout))
    assert (times.batch, times.seed, len(times.layers)) == (1, 5, 22)


@pytest.mark.parametrize(
    ("options", "code", "stderr"),
    [
        (("--batch", "0"), 2, "error: a batch is a whole number of 1 or more; got 0\nhint: choose 1 or more\n"),
        (("--batch", "-1"), 2, "error: a batch is a whole number of 1 or more; got -1\nhint: choose 1 or more\n"),
        (("--seed", "-1"), 2, "error: a seed is a whole number from 0 to 2**64 - 1; got -1\nhint: for one: 0\n"),
        (
            ("--seed", "18446744073709551616"),
            2,
            "error: a seed is a whole number from 0 to 2**64 - 1; got 18446744073709551616\nhint: for one: 0\n",
        ),
        (
            ("--batch", "9" * 400),
            2,
            "error: a batch is 10**18 at most; got about 10**400\nhint: choose fewer\n",
        ),
        (("--device", "cudda"), 2, "error: no device is called 'cudda'\nhint: did you mean 'cuda'?\n"),
        (("--threads", "x"), 2, f"error: threads are a whole number of 1 or more, or \"all\"; got 'x'\n{THREADS}"),
        (("--threads", "0"), 2, f'error: threads are a whole number of 1 or more, or "all"; got 0\n{THREADS}'),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(options: tuple[str, ...], code: int, stderr: str) -> None:
    done = run_command("alexnet", *options)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", stderr)


@pytest.mark.parametrize(
    ("options", "code"),
    [(("--device", "mtia"), 3), (("--threads", "100000"), 2), (("--batch", "1000000000"), 2)],
)
def test_exit_code_3_is_for_what_is_not_there_and_2_for_too_much(options: tuple[str, ...], code: int) -> None:
    done = run_command("alexnet", *options)
    assert done.returncode == code
    assert done.stdout == ""
    error, hint = done.stderr.splitlines()
    assert error.startswith("error: ")
    assert hint.startswith("hint: ")


def test_images_are_classified(tmp_path: Path) -> None:
    done = run_command("alexnet", PHOTO, "--weights", "random:0", "--top", "2", "--pictures", str(tmp_path), "--ascii")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == [
        "alexnet on cpu, weights: random numbers of seed 0",
        "The weights are random numbers of seed 0: the labels mean nothing.",
    ]
    assert sum("%" in line for line in lines) == 2
    assert len([*tmp_path.iterdir()]) == 3


def test_one_of_several_that_is_no_image_ends_with_2_and_the_others_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("words")
    done = run_command("alexnet", str(tmp_path / "a.jpg"), PHOTO, "--weights", "random:0", "--json", "--threads", "1")
    assert done.returncode == 2
    assert done.stderr == f"error: {tmp_path / 'a.jpg'} holds no image that Pillow knows\n"
    assert len(decode(Classification, json.loads(done.stdout)).answers) == 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((PHOTO, "--batch", "1"), 2, "--batch does not go with images: it is of the layers that are timed"),
        ((PHOTO, "--seed", "1"), 2, "--seed does not go with images"),
        (("--weights", "random:0"), 2, "--weights does not go with no image"),
        (("--top", "3"), 2, "--top does not go with no image"),
        ((PHOTO, "--weights", "random"), 2, "random weights have a seed"),
        (("gone.jpg", "--weights", "random:0"), 3, "there is no file 'gone.jpg'"),
        ((PHOTO, "--weights", "gone.pth"), 3, "there is no file 'gone.pth'"),
    ],
)
def test_what_cannot_be_classified(words: tuple[str, ...], code: int, told: str) -> None:
    done = run_command("alexnet", *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(f"error: {told}")
