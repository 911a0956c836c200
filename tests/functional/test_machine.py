"""Which machine this is, told without its id."""

from __future__ import annotations

import os
from pathlib import Path

from cron2aws.hosts.machine import this_machine


def test_a_machine_is_known_by_its_id(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("0123456789abcdef0123456789abcdef\n")
    other.write_text("0123456789abcdef0123456789abcdee\n")
    assert this_machine(one) == this_machine(one) != this_machine(other)
    assert "0123456789abcdef" not in this_machine(one)


def test_one_without_an_id_is_known_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    named = this_machine(tmp_path / "empty", name="web-1")
    assert named == this_machine(tmp_path / "missing", name="web-1")
    assert named != this_machine(tmp_path / "missing", name="web-2")
    assert this_machine(tmp_path / "missing") == this_machine(
        tmp_path / "missing", name=os.uname().nodename
    )
