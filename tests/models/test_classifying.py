from __future__ import annotations

from pathlib import Path

import matplotlib.cbook
import pytest
import torch
from PIL import Image

from tensorlab.errors import ExpressionError, LayoutError, StoreError, UnavailableError
from tensorlab.models.classifying import CATEGORIES, WEIGHTS, classify_files, prepared, trained
from tensorlab.models.image_files import opened
from tensorlab.models.vision import torchvision

PHOTO = Path(str(matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)))


def test_scores_are_those_of_torchvision_on_the_same_weights(tmp_path: Path) -> None:
    torch.manual_seed(0)
    theirs = torchvision.models.alexnet().eval()
    torch.save(theirs.state_dict(), tmp_path / "a.pth")
    found = classify_files([PHOTO], str(tmp_path / "a.pth"))
    with torch.inference_mode(), Image.open(PHOTO) as image:
        want = theirs(WEIGHTS.transforms()(image.convert("RGB")).unsqueeze(0))[0]
    answer = found.answers[0]
    assert torch.equal(torch.tensor(answer.scores), want)
    order = want.argsort(descending=True)[:5].tolist()
    assert [label.index for label in answer.labels] == order
    assert [label.name for label in answer.labels] == [WEIGHTS.meta["categories"][n] for n in order]
    assert sum(want.softmax(0)[order].tolist()) == pytest.approx(sum(label.probability for label in answer.labels))
    assert (found.meaningful, found.weights) == (True, str(tmp_path / "a.pth"))


@pytest.mark.parametrize("size", [(1, 1), (224, 224), (1000, 3), (255, 257), (40, 900)])
def test_each_step_is_that_of_torchvision(size: tuple[int, int]) -> None:
    image = opened(PHOTO).image.resize(size)
    steps = prepared(image)
    assert torch.equal(steps.tensor, WEIGHTS.transforms()(image))
    assert (min(steps.resized.size), steps.cropped.size) == (256, (224, 224))


def test_random_weights_say_that_labels_mean_nothing() -> None:
    found = classify_files([PHOTO, PHOTO], "random:3", top=1000)
    assert (found.meaningful, found.weights) == (False, "random numbers of seed 3")
    assert str(found).startswith("the labels mean nothing: the weights are random numbers of seed 3\n")
    assert found.answers[0].scores == found.answers[1].scores
    assert [len(one.labels) for one in found.answers] == [1000, 1000]
    assert {label.name for label in found.answers[0].labels} == set(CATEGORIES)


def test_a_file_without_an_image_does_not_lose_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("words")
    found = classify_files([tmp_path / "a.jpg", PHOTO], "random:0")
    assert [one.path for one in found.answers] == [str(PHOTO)]
    assert found.failures == ((str(tmp_path / "a.jpg"), f"{tmp_path / 'a.jpg'} holds no image that Pillow knows"),)
    with pytest.raises(StoreError, match="holds no image that Pillow knows"):
        classify_files([tmp_path / "a.jpg"], "random:0")


def test_pictures_are_drawn(tmp_path: Path) -> None:
    found = classify_files([PHOTO], "random:0", pictures=tmp_path / "new" / "out")
    names = ["1-grace_hopper-steps.png", "1-grace_hopper-activations.png", "filters.png"]
    assert [Path(one).name for one in found.pictures] == names
    for one in found.pictures:
        with Image.open(one) as image:
            assert min(image.size) > 200


def test_weights_in_the_cache_of_the_hub_are_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "alexnet-owt-7be5be79.pth").write_bytes(b"something else")
    with pytest.raises(StoreError, match=r"alexnet-owt-7be5be79.pth is damaged: its SHA-256 begins with \w{8}, not"):
        trained("imagenet", "cpu")


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"weights": "random"}, ExpressionError, "random weights have a seed"),
        ({"weights": "random:"}, ExpressionError, "random weights have a seed, a whole number; got 'random:'"),
        ({"weights": "random:-1"}, ExpressionError, "random weights have a seed, a whole number; got 'random:-1'"),
        ({"weights": "nowhere.pth"}, UnavailableError, "there is no file 'nowhere.pth'"),
        ({"top": 0}, LayoutError, "labels are 1 to 1,000; got 0"),
        ({"top": 1001}, LayoutError, "labels are 1 to 1,000; got 1001"),
        ({"paths": []}, LayoutError, "one image or more is classified; got none"),
        ({"device": "cudda"}, Exception, "no device is called 'cudda'"),
    ],
)
def test_what_cannot_be(asked: dict[str, object], error: type[Exception], told: str) -> None:
    given = {"paths": [PHOTO], "weights": "random:0", **asked}
    with pytest.raises(error, match=told):
        classify_files(**given)  # type: ignore[arg-type]  # what is tried


def test_an_image_that_resizing_would_blow_up_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (2, 40_000)).save(tmp_path / "thin.png")
    with pytest.raises(StoreError, match=r"thin.png is 2 x 40,000: with 256 on its shorter side it has too"):
        classify_files([tmp_path / "thin.png"], "random:0")
