from __future__ import annotations

import torch

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.testing.calling import Subject
from tensorlab.testing.judging import Judge, error_words, judge
from tensorlab.testing.record import Case, Laid
from tensorlab.testing.specs import slot

COLUMNS = Laid(
    layout=Layout((2, 2), (4, 8), itemsize=4), dtype=dtype("float32"), nbytes=20, classes=frozenset({"permuted"})
)
CASE = Case(arguments=(COLUMNS,))


def test_a_case_is_tested_refused_or_skipped() -> None:
    spec = (slot("float32[n, n]"),)
    assert Judge(Subject(torch.neg, spec)).look(CASE).word == "tested"
    refused = Judge(Subject(lambda x: x.view(4), spec)).look(CASE)
    assert (refused.word, refused.findings) == ("refused", ())
    skipped = Judge(Subject(lambda x: x.view(7), spec)).look(CASE)
    assert skipped.word == "skipped"
    assert skipped.reason.startswith("contiguous arguments are refused: RuntimeError: shape '[N]' is invalid")


def test_a_case_that_the_specs_do_not_allow_is_not_called() -> None:
    def never(x: object) -> object:
        raise AssertionError(x)

    subject = Subject(never, (slot("float32[n, 3]"),))
    assert judge(subject, CASE) == ()
    assert Judge(subject).look(CASE).reason == "the specs do not allow the arguments"
    assert Judge(subject).place(CASE) == ()
    assert Judge(subject).fits(CASE) == "the specs do not allow the arguments"


def test_arguments_in_one_storage_are_written_together() -> None:
    one = Laid(layout=Layout((3,), (4,), itemsize=4), dtype=dtype("float32"), nbytes=20, classes=frozenset())
    two = Laid(layout=Layout((3,), (4,), 4, 4), dtype=dtype("float32"), nbytes=20, classes=frozenset())
    case = Case(arguments=(two, one), together=((0, 1),))

    def moved(out: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        for n in range(3):
            out[n] = x[n]
        return out

    subject = Subject(moved, (slot("float32[n]"), slot("float32[n]")), contract=("in-place", "alias-ok"))
    (finding,) = judge(subject, case)
    assert (finding.verdict, finding.contract) == ("SILENT-WRONG", "alias-ok")
    right = subject._replace(fn=lambda out, x: out.copy_(x.clone()))
    assert judge(right, case) == ()


def test_a_buffer_that_a_function_keeps_for_itself_is_copied_before_it_is_compared() -> None:
    kept = torch.zeros(4)

    def flat(x: torch.Tensor) -> torch.Tensor:
        kept[:] = x.as_strided((4,), (1,))
        return kept

    assert judge(Subject(flat, (slot("float32[n, n]"),)), CASE)


def test_like_refusals_have_the_same_words() -> None:
    assert error_words(RuntimeError("shape '[2, 3]' at 0x7f\nmore")) == "RuntimeError: shape '[N, N]' at N"
    assert error_words(ValueError()) == "ValueError"
