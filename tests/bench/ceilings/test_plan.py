from __future__ import annotations

from tensorlab.bench.ceilings.plan import Batch, Probe


def test_a_batch_has_one_thread_and_waits_for_nothing_unless_said() -> None:
    batch = Batch("calls", (Probe("dispatch", "len", "python", 1.0, "call", lambda: lambda: len("a")),))
    assert (batch.threads, batch.device, batch.wait) == (1, "cpu", None)
    assert batch.probes[0].prepare()() == 1
