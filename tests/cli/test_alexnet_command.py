from __future__ import annotations

import json

import pytest
from support.probe import run_command

from tensorlab.bench.host.fingerprint import usable_processors
from tensorlab.codec import decode
from tensorlab.models.record import LayerTimes

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
