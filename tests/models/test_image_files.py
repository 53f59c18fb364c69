from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from tensorlab.errors import StoreError, UnavailableError
from tensorlab.models import image_files
from tensorlab.models.image_files import opened

if TYPE_CHECKING:
    from pathlib import Path


def photo(width: int = 40, height: int = 30) -> Image.Image:
    values = np.arange(height * width * 3, dtype=np.uint32).reshape(height, width, 3) * 7
    return Image.fromarray(values.astype(np.uint8))


def saved(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


@pytest.mark.parametrize(
    ("mode", "name", "word"),
    [
        ("RGB", "a.png", "PNG, 40 x 30, RGB"),
        ("L", "a.png", "PNG, 40 x 30, L"),
        ("1", "a.png", "PNG, 40 x 30, 1"),
        ("P", "a.png", "PNG, 40 x 30, P"),
        ("CMYK", "a.jpg", "JPEG, 40 x 30, CMYK"),
        ("RGB", "a.webp", "WEBP, 40 x 30, RGB"),
        ("RGB", "a.gif", "GIF, 40 x 30, P"),
        ("RGB", "a.bmp", "BMP, 40 x 30, RGB"),
        ("RGBA", "a.png", "PNG, 40 x 30, RGBA; its transparency left out"),
        ("LA", "a.png", "PNG, 40 x 30, LA; its transparency left out"),
    ],
)
def test_every_kind_is_what_torchvision_makes_of_it(tmp_path: Path, mode: str, name: str, word: str) -> None:
    path = saved(tmp_path / name, photo().convert(mode))
    found = opened(path)
    assert found.told == word
    assert found.image.mode == "RGB"
    with Image.open(path) as image:
        assert found.image.tobytes() == image.convert("RGB").tobytes()


def test_sixteen_bits_keep_the_upper_eight(tmp_path: Path) -> None:
    values = np.array([[0, 255, 256, 32768, 65535]], np.uint16)
    found = opened(saved(tmp_path / "a.png", Image.fromarray(values)))
    assert "the upper 8 of 16 bits" in found.told
    assert np.asarray(found.image)[0, :, 0].tolist() == [0, 0, 1, 128, 255]


def test_an_image_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = opened(saved(tmp_path / "a.jpg", photo(), exif=exif))
    assert found.image.size == (30, 40)
    assert found.told.endswith("turned as its EXIF says")


def test_of_several_images_the_first(tmp_path: Path) -> None:
    others = [photo().transpose(Image.Transpose.ROTATE_180)]
    path = saved(tmp_path / "a.gif", photo(), save_all=True, append_images=others)
    assert "the first of several images" in opened(path).told


def test_numbers_of_which_nobody_knows_which_is_white(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.tiff", Image.fromarray(np.ones((3, 4), np.float32)))
    with pytest.raises(StoreError, match="pixels of mode F, 32 bits each"):
        opened(path)


def test_a_file_that_is_cut_off_anywhere_is_one_sentence(tmp_path: Path) -> None:
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"):
        whole = BytesIO()
        photo().save(whole, kind)
        data = whole.getvalue()
        path = tmp_path / f"cut.{kind.lower()}"
        for length in (0, 5, len(data) // 4, len(data) // 2):
            path.write_bytes(data[:length])
            with pytest.raises(StoreError, match=r"holds no image that Pillow knows|cannot be read as an image: \w"):
                opened(path)


def test_what_holds_no_image(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("words")
    with pytest.raises(StoreError, match="holds no image that Pillow knows"):
        opened(tmp_path / "a.jpg")
    with pytest.raises(StoreError, match=r"cannot be read as an image: .*[Dd]irectory"):
        opened(tmp_path)
    with pytest.raises(UnavailableError, match="there is no file"):
        opened(tmp_path / "b.jpg")


def test_too_many_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path / "a.png", photo())
    monkeypatch.setattr(image_files, "MOST_PIXELS", 1000)
    with pytest.raises(StoreError, match="has too many pixels: 40 x 30; at most 1,000 are read"):
        opened(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(StoreError, match="has too many pixels: more than twice"):
        opened(path)
