"""Marks put in and taken out of real files, with the real reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cron2aws.assess.values import Assessment
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.errors import SafetyError, SourceError
from cron2aws.handover.crontabs import Rewriting
from cron2aws.handover.edit import Editor
from cron2aws.handover.history import TaskFolder
from cron2aws.handover.record import Way
from cron2aws.hosts.local import read_file
from cron2aws.hosts.replace import LocalCrontabs
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Place, Step, Wish
from cron2aws.task.task import Target, TaskOptions
from tests.fakes import FakeClock
from tests.making import assessment_of

PLACE = Place(account="123456789012", region="eu-west-1")
TEXT = "A=b\n\n0 3 * * * root /opt/a\n  0 4\t* * * root /opt/b  \n# end\n"
ETC = "/etc/crontab"


class Case:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "crontab"
        self.file.write_text(TEXT)
        self.found: Assessment = assessment_of(TEXT)
        wish = Wish(
            target=Target(name="Name", value="web"), options=TaskOptions(), comment_out=True
        )
        self.steps: dict[str, Step] = {
            step.task.id: step for step in make_plan(self.found, (), wish, PLACE).steps
        }
        read = read_file(self.file, DIALECTS["debian"], format_of="system")
        shown = replace(read, path=ETC)  # as in a tree
        self.store = LocalCrontabs([shown], backups=folder / "backups")
        self.rewriting = Rewriting(self.store, self.found.hosts[0].host.tabs, DIALECTS["debian"])
        self.out = self.rewriting.commenting_out(self.steps, PLACE)
        self.back = self.rewriting.restoring()
        self.a, self.b = (frozenset({each}) for each in self.steps)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def marked(case: Case, ids: frozenset[str]) -> str:
    lines = TEXT.split("\n")
    for each in ids:
        step = case.steps[each]
        mark = f" # cron2aws:{each}@- 123456789012/eu-west-1/{step.stack_name} | "
        lines[step.line - 1] = mark + lines[step.line - 1]
    return "\n".join(lines)


def test_one_then_the_other_and_both_back(case: Case) -> None:
    case.out.apply(ETC, case.a)
    assert case.file.read_text() == marked(case, case.a)
    case.back.apply(ETC, case.a)
    assert case.file.read_text() == TEXT
    case.out.apply(ETC, case.a | case.b)
    assert case.file.read_text() == marked(case, case.a | case.b)
    case.back.apply(ETC, case.b)
    assert case.file.read_text() == marked(case, case.a)


def test_a_check_writes_nothing(case: Case) -> None:
    case.out.check(ETC, case.a)
    assert case.file.read_text() == TEXT


def test_the_file_tells_what_is_done(case: Case) -> None:
    both = case.a | case.b
    assert (case.out.applied(ETC, both), case.back.applied(ETC, both)) == (frozenset(), both)
    case.out.apply(ETC, case.a)
    assert (case.out.applied(ETC, both), case.back.applied(ETC, both)) == (case.a, case.b)
    assert case.out.applied(ETC, case.b) == frozenset()


def test_a_file_that_is_gone_has_nothing_done(case: Case) -> None:
    case.out.apply(ETC, case.a)
    case.file.unlink()
    assert case.out.applied(ETC, case.a) == frozenset()
    assert case.back.applied(ETC, case.b) == frozenset()
    with pytest.raises(SourceError):
        case.out.check(ETC, case.b)


@pytest.mark.parametrize("call", ["check", "apply"])
def test_a_file_that_changed_is_refused(case: Case, call: str) -> None:
    case.file.write_text(f"{TEXT}# more\n")
    with pytest.raises(SafetyError, match="has changed since it was read"):
        getattr(case.out, call)(ETC, case.a)
    assert case.file.read_text() == f"{TEXT}# more\n"


@pytest.mark.parametrize("call", ["check", "apply"])
def test_a_file_that_cannot_be_replaced_is_refused(case: Case, call: str) -> None:
    case.file.with_name("link").hardlink_to(case.file)
    with pytest.raises(SafetyError, match="hard links"):
        getattr(case.out, call)(ETC, case.a)
    assert case.file.read_text() == TEXT


@pytest.mark.parametrize("call", ["check", "apply"])
def test_an_edit_that_would_do_more_is_refused(case: Case, call: str) -> None:
    case.out.apply(ETC, case.a)
    with pytest.raises(SafetyError, match="cannot be commented out"):
        getattr(case.out, call)(ETC, case.a)
    with pytest.raises(SafetyError, match="cannot be restored"):
        getattr(case.back, call)(ETC, case.b)
    assert case.file.read_text() == marked(case, case.a)


MINUTE = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)


def test_edits_for_the_editor(case: Case, tmp_path: Path) -> None:
    """Marks with their minute; the very bytes back, though the file was edited in between."""
    task = TaskFolder("t", tmp_path)
    (first, second) = case.steps
    where = {ETC: case.file}
    (edit,) = case.rewriting.out(case.steps.values(), PLACE, where, {first: task, "other": task})
    assert (edit.path, edit.location, edit.ids) == (ETC, case.file, case.a | case.b)
    assert edit.tasks == {first: task}
    for minute, said in ((MINUTE, "2026-12-01T03:00Z"), (None, "-")):
        after = edit.make(TEXT.encode(), minute).decode()
        assert f" # cron2aws:{first}@{said} 123456789012/eu-west-1/" in after
        assert after.count(f"@{said} ") == 2
    clock, backups = FakeClock(), tmp_path / "b"
    (edited,) = Editor(Way.OUT, clock, daemon=None, backups=backups).carry_out([edit])
    case.rewriting.note(edited)
    assert case.file.read_bytes() == edit.make(TEXT.encode(), None)
    (edit,) = case.rewriting.back({ETC: [second]}, where)
    (edited,) = Editor(Way.BACK, clock, daemon=None, backups=backups).carry_out([edit])
    case.rewriting.note(edited)
    (edit,) = case.rewriting.back({ETC: [first]}, where)
    (edited,) = Editor(Way.BACK, clock, daemon=None, backups=backups).carry_out([edit])
    assert edited.error is None
    assert case.file.read_text() == TEXT


def test_edits_that_would_do_more_are_refused(case: Case) -> None:
    where = {ETC: case.file}
    (edit,) = case.rewriting.back({ETC: case.a}, where)
    with pytest.raises(SafetyError, match="cannot be restored"):
        edit.make(TEXT.encode(), None)
    (edit,) = case.rewriting.out(case.steps.values(), PLACE, where)
    with pytest.raises(SafetyError, match="cannot be commented out"):
        edit.make(edit.make(TEXT.encode(), None), MINUTE)
