import re

import tensorlab
from tensorlab.api.machine import doctor, draw_checkup
from tensorlab.bench.host.record import Checkup


def test_the_face_returns_a_checkup_whose_str_is_readable() -> None:
    assert tensorlab.doctor is doctor
    checkup = doctor()
    assert isinstance(checkup, Checkup)
    assert checkup.problems == ()
    assert "torch " in str(checkup)


def test_a_library_that_takes_too_long_is_a_problem_and_is_drawn() -> None:
    checkup = doctor(timeout=0.001)
    figure = draw_checkup(checkup)
    assert figure.data is checkup
    assert [problem.code for problem in checkup.problems] == ["torch", "numpy"]
    assert re.search(r"^torch +no answer within 0.001 s$", repr(figure), re.MULTILINE)
