from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.cbook
import pytest

import tensorlab
from tensorlab.api.classifying import classification_figure
from tensorlab.codec import decode, encode
from tensorlab.errors import UnavailableError
from tensorlab.models.classified import Classification

PHOTO = str(matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))


def test_one_path_or_several() -> None:
    one = tensorlab.classify(PHOTO, weights="random:0")
    several = tensorlab.classify([PHOTO, Path(PHOTO)], weights="random:0", top=2)
    assert [len(found.answers) for found in (one, several)] == [1, 2]
    assert one.answers[0].scores == several.answers[1].scores
    assert decode(Classification, encode(one)) == one
    assert tensorlab.show(one).text() == classification_figure(one).text()


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tensorlab.models.classifying", raising=False)
    monkeypatch.delitem(sys.modules, "tensorlab.models.image_files", raising=False)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(UnavailableError, match="PIL is not installed"):
        tensorlab.classify(PHOTO, weights="random:0")
