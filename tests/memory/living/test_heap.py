from __future__ import annotations

from support.probe import run_python

from tensorlab.memory.living.heap import tracked

BUILDING = """
import tensorlab, torch
def looked(number):
    tensorlab.live()
    return torch.ones(2) * number
print(torch.stack(tuple(looked(n) for n in range(3))).sum().item())
"""
THREADS = """
import sys, threading, tensorlab, torch
sys.setswitchinterval(1e-5)
kept, errors, stop = [torch.ones(1) for _ in range(50)], [], threading.Event()
def build():
    try:
        while not stop.is_set():
            tuple(torch.ones(1) for _ in range(12))
    except SystemError as error:
        errors.append(error)
threads = [threading.Thread(target=build) for _ in range(2)]
for thread in threads: thread.start()
for _ in range(3): tensorlab.live()
stop.set()
for thread in threads: thread.join()
print(errors)
"""


def test_everything_but_tuples_is_listed() -> None:
    thing, pair = [1], (1, [2])
    identities = set(map(id, tracked()))
    assert id(thing) in identities
    assert id(pair[1]) in identities
    assert id(pair) not in identities


def test_a_tuple_that_is_being_built_is_not_touched() -> None:
    ran = run_python(BUILDING)
    assert ran.stdout == "6.0\n", (ran.returncode, ran.stderr)


def test_other_threads_build_theirs_undisturbed() -> None:
    ran = run_python(THREADS)
    assert ran.stdout == "[]\n", ran.stderr
