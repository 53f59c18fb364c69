from __future__ import annotations

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.testing.record import CLASSES, Case, Finding, Laid, Report
from tensorlab.testing.sentences import failure, report_sentence

LAID = Laid(layout=Layout((2,), (8,), 4, 4), dtype=dtype("float32"), nbytes=20, classes=frozenset({"gaps", "offset"}))
WRONG = Finding(
    verdict="SILENT-WRONG", contract="value", case=Case(arguments=(LAID, LAID), together=((0, 1),)),
    message="result: element (0,) is 2.0, not 1.0", script="import torch", confirmed=True,
)  # fmt: skip


def test_a_report_says_what_was_tested_refused_skipped_and_found() -> None:
    report = Report(
        target="shop.total", contract=("pure", "total"), tested=1200, refused=(("ValueError: no", 3),),
        skipped=(("random numbers come in another order", 2),), classes=(("gaps", 7), ("offset", 9)), findings=(WRONG,),
    )  # fmt: skip
    assert str(report).splitlines() == [
        "shop.total breaks pure and total: 1 finding in 1,200 calls.",
        "SILENT-WRONG (value): result: element (0,) is 2.0, not 1.0.",
        "  argument 0: float32 (2,), strides (2,), offset 1 elements: gaps, offset",
        "  argument 1: float32 (2,), strides (2,), offset 1 elements: gaps, offset",
        "  arguments 0 and 1 lie in one storage",
        "3 refused: ValueError: no (3).",
        "2 skipped: random numbers come in another order (2).",
    ]


def test_a_report_that_passed_names_the_classes() -> None:
    report = Report(target="f", contract=("pure",), tested=9, classes=(("gaps", 7), ("offset", 9)))
    assert str(report) == "f keeps pure in 9 calls with arguments of 2 classes of layouts: gaps, offset."


def test_nothing_tested_is_not_passed() -> None:
    report = Report(target="f", contract=("pure",), tested=0, skipped=(("contiguous arguments are refused: no", 35),))
    assert str(report).splitlines()[0] == "f: nothing could be tested."


def test_text_is_as_wide_as_a_terminal() -> None:
    long = Laid(
        layout=Layout((2, 3, 4, 5), (480, 160, 40, 8), 4, 4), dtype=dtype("float32"), nbytes=2000,
        classes=frozenset({"gaps", "offset", "odd ones", "permuted", "dtype view"}),
    )  # fmt: skip
    message = "result: element (0, 0, 0, 0) is -30000.5, not 11.0 (120 of 120 are wrong), after the call: it was read"
    found = Finding(verdict="SILENT-WRONG", contract="contiguous-out", case=Case(arguments=(long,)), message=message)
    report = Report(target="package.module.submodule.function", contract=("pure",), tested=1, findings=(found,))
    for text in (str(found), str(report), failure(report)):
        assert max(map(len, text.splitlines())) <= 80
        assert " ".join(text.split()).count(message) == 1
        assert "SILENT-WRONG (contiguous-out)" in text


def test_a_failure_is_the_finding_and_its_script() -> None:
    text = failure(Report(target="f", contract=("pure",), tested=1, findings=(WRONG,)))
    assert text.startswith("f: SILENT-WRONG (value): result: element (0,) is 2.0, not 1.0.")
    assert text.endswith("import torch")


def test_a_report_is_as_wide_as_a_terminal() -> None:
    report = Report(
        target="torch.nn.functional.scaled_dot_product_attention", contract=("pure", "total"), tested=1000,
        classes=tuple((name, 9) for name in CLASSES), refused=(("RuntimeError: " + "no such layout " * 12, 3),),
    )  # fmt: skip
    assert max(map(len, report_sentence(report).splitlines())) <= 80
    assert " ".join(report_sentence(report).split()).count("no such layout") == 12
