"""Edits of real crontabs: which bytes become marks, which come back, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.handover.crontabs import Back, Crontabs
from cron2aws.handover.record import FileEdit, Way
from cron2aws.plan.values import Step
from tests.handover_case import ETC, PLACE, TEXT, HandOver
from tests.making import tab_of

MINUTE = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)


@pytest.fixture
def case(tmp_path: Path) -> HandOver:
    return HandOver(tmp_path, is_copy=True)


def steps_of(case: HandOver) -> tuple[Step, ...]:
    return case.plan(comment_out=True).steps


def out(case: HandOver, *steps: Step) -> FileEdit:
    (edit,) = case.crontabs().out(steps or steps_of(case), PLACE)
    return edit


def back(case: HandOver, *coming: Back) -> FileEdit:
    (edit,) = case.crontabs().back(coming)
    return edit


def carried_out(case: HandOver, edit: FileEdit) -> Cron2AwsError | None:
    before = case.file.read_bytes()
    way = Way.OUT if edit.make(before, None).count(b"@-") > before.count(b"@-") else Way.BACK
    (edited,) = case.editor(way).carry_out([edit])
    return edited.error


def of(step: Step) -> Back:
    return Back(id=step.task.id, source=ETC, rule_name=step.parameters["RuleName"])


def marked(*steps: Step, minute: str = "-") -> str:
    lines = TEXT.split("\n")
    for step in steps:
        mark = f" # cron2aws:{step.task.id}@{minute} 123456789012/eu-west-1/{step.stack_name} | "
        lines[step.line - 1] = mark + lines[step.line - 1]
    return "\n".join(lines)


def test_one_then_the_other_and_back_in_any_order(case: HandOver) -> None:
    first, second = steps_of(case)
    assert carried_out(case, out(case, first)) is None
    assert case.text == marked(first)
    assert carried_out(case, out(case, second)) is None
    assert case.text == marked(first, second)
    assert carried_out(case, back(case, of(first))) is None
    assert case.text == marked(second)
    assert carried_out(case, back(case, of(second))) is None
    assert case.text == TEXT


def test_marks_carry_the_minute_where_it_is_known(case: HandOver) -> None:
    edit = out(case)
    after = edit.make(TEXT.encode(), MINUTE).decode()
    assert after == marked(*steps_of(case), minute="2026-12-01T03:00Z")
    assert (edit.path, edit.location) == (ETC, case.file)
    assert edit.ids == {step.task.id for step in steps_of(case)}


def test_copies_have_no_histories(case: HandOver) -> None:
    assert out(case).tasks == {}
    case.is_copy = False
    names = [step.parameters["RuleName"] for step in steps_of(case)]
    assert [folder.path.name for folder in out(case).tasks.values()] == names
    nameless = Back(id="0" * 16, source=ETC, rule_name=None)
    assert back(case, nameless).tasks == {}


def test_a_line_that_is_lost_comes_to_the_end(case: HandOver) -> None:
    lost = Back(id="0" * 16, source=ETC, rule_name=None, lost=b"5 5 * * * root /opt/kept \xe9")
    first, second = steps_of(case)
    assert carried_out(case, out(case)) is None
    assert carried_out(case, back(case, of(first), lost)) is None
    assert case.file.read_bytes() == marked(second).encode() + b"5 5 * * * root /opt/kept \xe9\n"


def test_a_file_that_was_not_read_cannot_be_edited(case: HandOver) -> None:
    bare = Crontabs(dialect=DIALECTS["debian"], tabs={ETC: tab_of(TEXT)})
    with pytest.raises(SafetyError, match=f"{ETC} cannot be edited"):
        bare.out(steps_of(case), PLACE)


@pytest.mark.parametrize("way", [Way.OUT, Way.BACK])
def test_a_file_that_changed_meanwhile_is_refused(case: HandOver, way: Way) -> None:
    steps = steps_of(case)
    edit = out(case, *steps)
    if way is Way.BACK:
        carried_out(case, edit)
        edit = back(case, *map(of, steps))
    case.file.write_text(f"{case.text}# more\n")
    now = case.text
    (edited,) = case.editor(way).carry_out([edit])
    assert "has changed since it was read" in str(edited.error)
    with pytest.raises(SafetyError, match="has changed since it was read"):
        case.editor(way).check(edit)
    assert case.text == now


def test_an_edit_that_would_do_more_is_refused(case: HandOver) -> None:
    edit = out(case)
    with pytest.raises(SafetyError, match="cannot be commented out"):
        edit.make(edit.make(TEXT.encode(), MINUTE), MINUTE)
    with pytest.raises(SafetyError, match="cannot be restored"):
        back(case, of(steps_of(case)[0])).make(TEXT.encode(), None)


JOBS = st.lists(
    st.tuples(
        st.sampled_from(["", "  ", "\t"]),
        st.sampled_from(["0 3 * * *", "@daily", "*/5\t* * * *"]),
        st.from_regex(r"[a-z/%#|@: é]{1,12}", fullmatch=True),
        st.sampled_from(["\n", "\r\n"]),
    ),
    min_size=1,
    max_size=5,
)


@given(jobs=JOBS, minute=st.sampled_from([None, MINUTE]), choice=st.integers(1, 31))
def test_whatever_is_marked_comes_back_to_the_byte(
    tmp_path_factory: pytest.TempPathFactory,
    jobs: list[tuple[str, str, str, str]],
    minute: datetime | None,
    choice: int,
) -> None:
    text = "".join(f"{blank}{when} root x{what}{end}" for blank, when, what, end in jobs)
    case = HandOver(tmp_path_factory.mktemp("host"), text, is_copy=True)
    plan = case.plan(comment_out=True)
    steps = [step for n, step in enumerate(plan.work) if choice >> n & 1]
    if not steps:
        return
    after = out(case, *steps).make(text.encode(), minute)
    assert after.count(b" # cron2aws:") == len(steps)
    case.file.write_bytes(after)
    assert back(case, *map(of, steps)).make(after, None) == text.encode()
