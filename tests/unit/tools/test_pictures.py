"""The pictures are as drawn, whole, and true to the folders that they show."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tools.drawing import WIDTH
from tools.pictures import FOLDER, PICTURES, ROOT, layers, main

SVG = "{http://www.w3.org/2000/svg}"
NAMES = sorted(PICTURES)


def drawn(name: str) -> ET.Element:
    return ET.fromstring(PICTURES[name]())  # noqa: S314 - of this tree


def test_they_are_as_drawn() -> None:
    assert main(check=True) == 0
    assert {file.stem for file in FOLDER.glob("*.svg")} == set(PICTURES)


def test_one_that_is_not_as_drawn_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.pictures.FOLDER", tmp_path)
    main(check=False)
    (tmp_path / "hand-over.svg").write_text("another")
    assert main(check=True) == 1
    assert "hand-over.svg" in capsys.readouterr().err


@pytest.mark.parametrize("name", NAMES)
def test_nothing_lies_outside(name: str) -> None:
    svg = drawn(name)
    height = float(svg.get("viewBox", "").split()[3])
    for rect in svg.iter(f"{SVG}rect"):
        right = float(rect.get("x", "0")) + float(rect.get("width", ""))
        bottom = float(rect.get("y", "0")) + float(rect.get("height", ""))
        assert right <= WIDTH, rect.attrib
        assert bottom <= height, rect.attrib


@pytest.mark.parametrize("name", NAMES)
def test_who_cannot_see_it_is_told(name: str) -> None:
    svg = drawn(name)
    assert all((svg.findtext(f"{SVG}{tag}") or "").strip() for tag in ("title", "desc"))


def test_every_folder_has_its_place() -> None:
    source = ROOT / "src" / "cron2aws"
    there = {folder.name for folder in source.iterdir() if (folder / "__init__.py").exists()}
    there |= {file.stem for file in source.glob("[a-z]*.py")}
    shown = {name for row in layers() for name in row}
    assert there <= shown
    text = (FOLDER / "folders.svg").read_text(encoding="utf-8")
    assert all(f">{name}</text>" in text for name in shown)


def test_every_room_of_the_sandbox_has_its_place() -> None:
    source = ROOT / "src" / "cron2aws" / "sandbox"
    there = {path.stem for path in source.iterdir() if not path.stem.startswith("__")}
    text = (FOLDER / "sandbox.svg").read_text(encoding="utf-8")
    assert there == {name for row in layers("cron2aws.sandbox") for name in row}
    assert all(f">{name}</text>" in text for name in there)
