"""Who runs a job, as crontabs and reports say: a row for each case, wrong under any other rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from cron2aws.assess.values import Assessment
from cron2aws.handover.status import status, troubled
from cron2aws.handover.status_values import BAD, Look, Row, Standing
from cron2aws.plan.advice import Advice
from cron2aws.plan.reports import Seen
from cron2aws.plan.shared import Shared
from cron2aws.plan.stack_states import WAYS
from cron2aws.plan.values import Deployed, Place
from cron2aws.report.document import Tasks
from cron2aws.report.formats import Table
from cron2aws.report.json_status import status_json
from cron2aws.report.text import Style
from cron2aws.task.foundation import FOUNDATION, FROM_FOUNDATION, Foundation, TargetStack
from cron2aws.task.target import Target
from cron2aws.task.task import TAG_HOST, TAG_ID, TAG_SOURCE, TAG_USER
from tests.fakes import FakeRun, deployed
from tests.making import assessment_of

NOW = datetime(2026, 11, 23, 10, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACE = Place(account="123456789012", region="eu-west-1")
LINE = "0 * * * * root /opt/backup\n"
(ID,) = (entry.id for entry in assessment_of(LINE).entries)
NAME = f"cron2aws-web-backup-{ID}"
MARKED = f" # cron2aws:{ID}@2026-11-20T03:00Z 123456789012/eu-west-1/{NAME} | {LINE}"
GONE = "30 * * * * root /opt/other\n"
ON = {
    "Enabled": "true",
    "OriginalSchedule": "0 * * * *",
    "Source": "/etc/crontab",
    "EC2InstanceTagName": "Name",
    "EC2InstanceTagValue": "web",
}
LIVE = {**ON, "LiveFrom": "2026-11-20T03:00Z"}
JUST_LIVE = {**ON, "LiveFrom": "2026-11-23T10:01Z"}
OFF = {**ON, "Enabled": "false"}
TAGS = {TAG_ID: ID, TAG_SOURCE: "/etc/crontab", TAG_HOST: "web-1", TAG_USER: "root"}


def stack(parameters: Mapping[str, str] = LIVE, **more: object) -> Deployed:
    made = deployed(ID, parameters, tags=TAGS, name=NAME)
    return replace(made, **more)  # type: ignore[arg-type]


def reported(hours: int = 0, last: str | None = "SUCCEEDED", **hosts: str) -> Seen:
    """A report so many hours ago; hosts' names have a `_` for the `-`."""
    at = NOW - hours * HOUR - timedelta(seconds=20)
    run = FakeRun(last, at) if last else None
    words = {name.replace("_", "-"): word for name, word in hosts.items()}
    ended = run if last != "RUNNING" else None
    return Seen(last=run, ended=ended, hosts=words, at=at if words else None)


def failed_by(**hosts: str) -> Seen:
    """A run that failed, with what is known of the hosts on which it did."""
    words = {name.replace("_", "-"): word for name, word in hosts.items()}
    return replace(reported(last="FAILED"), failed=words)


NAMES = {"i-1": "web-1", "i-2": "web-2"}


def look(seen: Seen | None = None, **more: object) -> Look:
    given: dict[str, object] = {
        "reports": lambda _: seen or Seen(),
        "next_run": lambda _, after: after.replace(minute=0, second=0) + HOUR,
        "was_handed_over": lambda _: False,
        "unmatched": lambda _: "",
        "now": NOW,
        "place": PLACE,
        "name": lambda _, instance: NAMES.get(instance, instance),
    }
    return Look(**{**given, **more})  # type: ignore[arg-type]


def rows(text: str, *stacks: Deployed, looks: Look | None = None) -> tuple[Row, ...]:
    found = assessment_of(text) if text else Assessment(hosts=())
    return status(found, stacks, looks or look())


WELL = reported(i_1="ok")
FAILED = reported(last="FAILED", i_1="failed")
HERE: dict[str, tuple[str, Mapping[str, str], Seen | None, dict[str, object], str]] = {
    "marked": (MARKED, LIVE, None, {}, "handed over"),
    "marked, and it ran": (MARKED, LIVE, WELL, {}, "handed over"),
    "marked for hosts that are marked alone": (MARKED, ON, WELL, {}, "handed over"),
    "marked, it failed": (MARKED, LIVE, FAILED, {}, "failing"),
    "marked, it is aborted": (MARKED, LIVE, reported(last="ABORTED"), {}, "failing"),
    "marked, it failed and runs again": (
        MARKED,
        LIVE,
        replace(reported(last="RUNNING"), ended=FakeRun("TIMED_OUT", NOW - HOUR)),
        {},
        "failing",
    ),
    "marked, it runs": (MARKED, LIVE, reported(last="RUNNING"), {}, "handed over"),
    "marked, two reports missing": (MARKED, LIVE, reported(4, i_1="ok"), {}, "not seen since"),
    "marked, one report missing": (MARKED, LIVE, reported(1, i_1="ok"), {}, "handed over"),
    "marked, disabled": (MARKED, OFF, WELL, {}, "runs nowhere"),
    "marked, without the tag": (
        MARKED, LIVE, WELL, {"unmatched": lambda _: "this host is i-9, without the tag Name=web"},
        "runs nowhere",
    ),
    "marked, with another schedule": (MARKED.replace("0 *", "9 *"), LIVE, WELL, {}, "the line dif"),
    "active, disabled": (LINE, OFF, None, {}, "cron runs it"),
    "active, enabled": (LINE, ON, reported(last=None, i_1="left-to-cron"), {}, "rehearsing"),
    "active, it fails": (LINE, ON, FAILED, {}, "failing"),
    "active after a hand-over": (LINE, LIVE, WELL, {}, "the line came back: cron runs it"),
    "active, its history says so": (
        LINE, ON, WELL, {"was_handed_over": lambda _: True}, "the line came back: cron runs it",
    ),
    "active, its reports say so": (
        LINE, ON, replace(reported(i_1="left-to-cron"), ran=True), {},
        "the line came back: cron runs it",
    ),
    "active, commented out on another host": (
        LINE, ON, failed_by(i_2="stopped-by-hand"), {}, "stopped by hand on web-2",
    ),
    "active, its host says so": (
        LINE, ON, WELL, {"had": lambda *_: True}, "the line came back: cron runs it",
    ),
    "active on a newcomer": (
        LINE, LIVE, WELL, {"had": lambda *_: False}, "not handed over: cron runs it",
    ),
    "active, before a hand-over": (LINE, ON, None, {"had": lambda *_: False}, "rehearsing"),
    "active on a host of another target": (
        LINE, LIVE, WELL, {"runs_on": lambda *_: False}, "handed over",
    ),
    "no line on a host that had it": (
        GONE, ON, WELL, {"had": lambda *_: True}, "runs nowhere",
    ),
    "no line on any host": (GONE, ON, WELL, {"all_read": lambda _: True}, "runs nowhere"),
    "active, with another schedule": (LINE.replace("0 *", "9 *"), ON, WELL, {}, "the line differs"),
    "no line": (GONE, ON, WELL, {}, "runs nowhere"),
    "no line, disabled": (GONE, OFF, None, {}, "disabled"),
    "no line, and none is needed": (GONE, LIVE, reported(i_1="ok"), {}, "handed over"),
    "no line is needed, disabled": (GONE, {**LIVE, "Enabled": "false"}, None, {}, "runs nowhere"),
    "taken over at the removal": (
        GONE, {**ON, "TakesOver": "removal"}, reported(i_1="ok"), {}, "handed over",
    ),
}  # fmt: skip
AWAY: dict[str, tuple[Mapping[str, str], Seen | None, str]] = {
    "nothing came yet": (LIVE, None, "no run yet"),
    "disabled": (OFF, None, "disabled"),
    "it ran on all": (LIVE, reported(i_1="ok", i_2="ok"), "handed over"),
    "it failed": (LIVE, FAILED, "failing"),
    "cron ran it on one": (
        LIVE, reported(i_1="ok", i_2="left-to-cron"), "the line came back on web-2: cron runs it",
    ),
    "cron ran it on one, before anybody could join": (
        ON, reported(i_1="ok", i_2="left-to-cron"), "the line came back on web-2: cron runs it",
    ),
    "cron ran it on all": (LIVE, reported(i_1="left-to-cron"), "the line came back on web-1"),
    "cron ran it on all, before a hand-over": (ON, reported(i_1="left-to-cron"), "rehearsing"),
    "somebody commented it out": (
        LIVE, failed_by(i_2="stopped-by-hand"), "stopped by hand on web-2",
    ),
    "a host without a name": (LIVE, failed_by(i_9="stopped-by-hand"), "stopped by hand on i-9"),
    "commented out, and another one failed": (
        LIVE, failed_by(i_1="", i_2="stopped-by-hand"), "failing",
    ),
    "it ran on none": (LIVE, failed_by(i_1="not-here", i_2="not-here"), "runs nowhere"),
    "it failed, as is known": (LIVE, failed_by(i_1="interrupted"), "failing"),
    "cron ran it on all, after a hand-over without LiveFrom": (
        ON, replace(reported(i_1="left-to-cron"), ran=True), "the line came back on web-1",
    ),
    "cron ran it on all, and then it was handed over": (
        JUST_LIVE, reported(i_1="left-to-cron", i_2="left-to-cron"), "handed over",
    ),
    "cron ran it on one, and then that was handed over": (
        JUST_LIVE, reported(i_1="ok", i_2="left-to-cron"), "handed over",
    ),
    "handed over at a minute that is none": (
        {**ON, "LiveFrom": "soon"}, reported(i_1="left-to-cron"), "the line came back on web-1",
    ),
    "one of several has no line": (LIVE, reported(i_1="ok", i_2="not-here"), "handed over"),
    "the last report is old": (LIVE, reported(4, i_1="ok"), "not seen since 2026-11-23 06:00 UTC"),
    "so is a bad one": (LIVE, reported(4, i_1="left-to-cron"), "not seen since"),
}  # fmt: skip
NOT_BAD = ("handed over", "rehearsing", "cron runs it", "no run yet", "disabled", "in another")


def check(row: Row, expected: str) -> None:
    assert row.told.startswith(expected)
    assert row.is_bad is (not expected.startswith(NOT_BAD))
    assert bool(row.mend) or not row.is_bad
    document = status_json(Tasks(rows=(row,)))["tasks"][0]
    assert (document["standing"], document["told"]) == (row.standing.value, row.told)
    shown = "".join(Table().write(Tasks(rows=(row,)), Style(width=300)))
    assert row.told in shown
    assert ("What can be done" in shown) is bool(row.mend)
    for each in (row.first, *row.also):
        assert each.command in shown
        assert each.mend.removeprefix(each.command) in shown
    assert all(each.standing in BAD and each.mend for each in row.also)
    assert [each["mend"] for each in document["also"]] == [each.mend for each in row.also]
    assert ("1 in trouble" in shown) is row.is_bad
    assert troubled([row]) is row.is_bad


@pytest.mark.parametrize("case", HERE.values(), ids=HERE)
def test_where_the_crontab_was_read(
    case: tuple[str, Mapping[str, str], Seen | None, dict[str, object], str],
) -> None:
    text, parameters, seen, more, expected = case
    (row,) = rows(text, stack(parameters), looks=look(seen, **more))
    check(row, expected)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [(LIVE, "handed over"), (ON, "handed over"), (OFF, "disabled")],
)
@pytest.mark.parametrize("made_on", ["web-1", "web-9"])
def test_the_same_line_on_a_host_of_another_target(
    parameters: Mapping[str, str], made_on: str, expected: str
) -> None:
    """Two hosts have it, each with its tag: what it does here is no matter of that task."""
    looks = look(WELL, unmatched=lambda _: "this host is i-9, without the tag Name=web")
    other = stack(parameters, tags={**TAGS, TAG_HOST: made_on})
    (row,) = rows(LINE, other, looks=looks)
    check(row, expected)
    assert (row.host, row.line) == (None, None)


@pytest.mark.parametrize("case", AWAY.values(), ids=AWAY)
@pytest.mark.parametrize("text", ["", GONE])
def test_away_from_the_host(case: tuple[Mapping[str, str], Seen | None, str], text: str) -> None:
    """Nothing was read, or another host's crontabs."""
    parameters, seen, expected = case
    tags = {**TAGS, TAG_HOST: "web-9"}
    (row,) = rows(text, stack(parameters, tags=tags), looks=look(seen))
    check(row, expected)
    assert (row.host, row.line) == (None, None)


@pytest.mark.parametrize("state", [state for state in WAYS if state != "gone"])
def test_a_stack_that_takes_no_update_is_told(state: str) -> None:
    (row,) = rows(MARKED, stack(LIVE, status=state), looks=look(WELL))
    is_well = state.endswith("_IN_PROGRESS") and state != "REVIEW_IN_PROGRESS"
    is_well = is_well or state in {s for s in WAYS if s.endswith("_COMPLETE")} - {
        "ROLLBACK_COMPLETE"
    }
    check(row, "handed over" if is_well else "stack is broken")


OTHER_REGION = MARKED.replace("eu-west-1", "eu-west-2")


@pytest.mark.parametrize(
    ("text", "expected", "mend"),
    [
        (MARKED, "runs nowhere", f"cron2aws rollback {ID}"),
        (OTHER_REGION, "in another account or region", "--region eu-west-2"),
    ],
)
def test_a_marked_line_without_a_stack_has_a_row(text: str, expected: str, mend: str) -> None:
    (row,) = rows(text)
    check(row, expected)
    assert mend in row.mend
    assert (row.stack, row.line) == (None, 1)
    assert rows(LINE) == ()


@pytest.mark.parametrize(
    ("days", "text", "parameters", "reminds"),
    [
        (13, LINE, ON, False),
        (15, LINE, ON, True),
        (15, LINE, LIVE, False),
        (15, MARKED, LIVE, False),
        (15, LINE, OFF, False),
    ],
)
def test_a_long_rehearsal_is_called_to_mind(
    days: int, text: str, parameters: dict[str, str], *, reminds: bool
) -> None:
    changed = NOW - timedelta(days=days)
    (row,) = rows(text, stack(parameters, changed=changed))
    assert row.reminder == ("rehearsing for 15 days" if reminds else "")
    shown = "".join(Table().write(Tasks(rows=(row,)), Style(width=300)))
    assert ("rehearsing for 15 days" in shown) is reminds
    assert status_json(Tasks(rows=(row,)))["tasks"][0]["reminder"] == (row.reminder or None)


def test_a_task_and_its_line_are_one_row() -> None:
    (row,) = rows(f"A=b\n{MARKED}", stack(), looks=look(WELL))
    assert (row.id, row.source, row.line, row.schedule) == (ID, "/etc/crontab", 2, "0 * * * *")
    assert row.next == NOW.replace(hour=11, minute=0, second=0)
    document = status_json(Tasks(rows=(row,)))["tasks"][0]
    assert document["hosts"] == [{"instance": "i-1", "outcome": "ok"}]
    assert document["reported"] == "2026-11-23T10:00:10+00:00"


def test_a_disabled_task_has_no_next_run() -> None:
    (row,) = rows(LINE, stack(OFF))
    assert (row.next, row.is_bad) == (None, False)


def test_rows_stand_as_the_lines_do() -> None:
    text = f"{MARKED}0 5 * * * root z\n{MARKED.replace(ID, 'f' * 16)}"
    elsewhere = {**LIVE, "EntryId": "0" * 16, "Source": "/a"}
    other = replace(stack(elsewhere), id="0" * 16, stack_name="other")
    found = rows(text, other, stack())
    assert [(row.source, row.line) for row in found] == [
        ("/a", None),
        ("/etc/crontab", 1),
        ("/etc/crontab", 3),
    ]


def test_two_stacks_of_one_line_are_two_rows() -> None:
    twin = replace(stack(OFF), stack_name="twin")
    found = rows(LINE, stack(ON), twin)
    assert [row.standing for row in found] == [Standing.REHEARSING, Standing.CRON]


def test_a_stack_made_by_hand_is_no_task() -> None:
    assert rows(GONE, replace(stack(), parameters=MappingProxyType({"Source": "by hand"}))) == ()


SHARED = {
    "TargetId": "88baf0f6",
    **{name: f"arn:{name}" for name in (*FROM_FOUNDATION, "SendRoleArn")},
}
WHOLE = Shared(
    foundation=Foundation(
        stack_name=FOUNDATION, stack_id="f", status="UPDATE_COMPLETE",
        outputs={name: f"arn:{name}" for name in FROM_FOUNDATION},
    ),
    target=TargetStack(
        stack_name="t", stack_id="t", status="CREATE_COMPLETE", target=Target.parse(["Name=web"]),
        outputs={"TargetId": "88baf0f6", "SendRoleArn": "arn:SendRoleArn"},
    ),
)  # fmt: skip


def with_outputs(part: str, status: str = "UPDATE_COMPLETE", **outputs: str) -> Shared:
    one = getattr(WHOLE, part)
    changed = {**one.outputs, **outputs} if outputs else {}
    return replace(WHOLE, **{part: replace(one, outputs=changed, status=status)})


TIES: dict[str, tuple[Mapping[str, str], Shared, str]] = {
    "as deployed": (SHARED, WHOLE, "handed over"),
    "no foundation": (
        SHARED, replace(WHOLE, foundation=None), "its foundation or target is missing",
    ),
    "no target": (SHARED, replace(WHOLE, target=None), "its foundation or target is missing"),
    "one that never came up": (
        SHARED, with_outputs("target", "ROLLBACK_COMPLETE"), "its foundation or target is missing",
    ),
    "another role": (
        SHARED, with_outputs("foundation", MachineRoleArn="arn:new"),
        "its roles are not the shared ones",
    ),
    "another queue": (
        SHARED, with_outputs("foundation", UndeliveredQueueArn="arn:new"),
        "its roles are not the shared ones",
    ),
    "another send role": (
        SHARED, with_outputs("target", SendRoleArn="arn:new"), "its roles are not the shared ones",
    ),
    "outputs are hidden while it is updated": (
        SHARED, with_outputs("foundation", "UPDATE_IN_PROGRESS"), "handed over",
    ),
    "roles of its own": ({}, Shared(), "handed over"),
}  # fmt: skip


@pytest.mark.parametrize(("parameters", "shared", "standing"), TIES.values(), ids=TIES)
def test_what_a_task_shares_is_compared(
    parameters: Mapping[str, str], shared: Shared, standing: str
) -> None:
    task = stack({**LIVE, **parameters})
    found = assessment_of(MARKED)
    seen = replace(look(), reports=lambda _: reported(web_1="ok"), shared=lambda _: shared)
    (row,) = status(found, [task], seen)
    assert row.standing.value == standing
    assert row.is_bad is (standing != "handed over")
    if "missing" in standing:
        assert row.mend == (
            "cron2aws setup --tag Name=web makes it again; then cron2aws migrate --tag Name=web"
        )
    elif row.is_bad:
        assert row.mend == "cron2aws migrate --tag Name=web gives it the shared ones"


def test_every_standing_is_here() -> None:
    """Each by a test from real values."""
    words = " ".join([*(each[-1] for each in HERE.values()), *(each[-1] for each in AWAY.values())])
    words += " ".join(each[-1] for each in TIES.values())
    words += " runs nowhere, stack is broken, in another account or region"
    assert [
        each for each in Standing if each.value not in words and each.value != "the line differs"
    ] == []
    assert {each for each in Standing if not each.value.startswith(NOT_BAD)} == BAD


@pytest.mark.parametrize("text", [MARKED, LINE, ""])
def test_a_host_that_lost_the_tag_is_trouble(text: str) -> None:
    """Whether its line was read or another host's, and however the others do."""
    stacks = stack(ON)
    lost = look(WELL, lost=lambda _: ("i-2", "i-9"))
    (row,) = rows(text, stacks, looks=lost)
    check(row, "runs nowhere on web-2, i-9")
    assert row.mend == (
        "give web-2, i-9 the tag Name=web again; if it is to leave for good, then cron2aws "
        f"rollback {ID} there, and take the tag off after the task's next run"
    )
    (off,) = rows(text, stack(OFF), looks=lost)
    assert off.about == ()


BACK_ON_2 = "the line came back on web-2: cron runs it"
NO_TROUBLE_HIDES_ANOTHER: dict[str, tuple[str, Mapping[str, str], Look, str]] = {
    "a host that lost the tag": (
        MARKED, LIVE, look(FAILED, lost=lambda _: ("i-2",)), "failing; runs nowhere on web-2",
    ),
    "the line came back, and the others fail": (
        LINE, LIVE, look(FAILED), "the line came back: cron runs it; failing",
    ),
    "it never left, and the others fail": (
        LINE, LIVE, look(FAILED, had=lambda *_: False), "not handed over: cron runs it; failing",
    ),
    "cron ran it on one, and it fails": (
        "", LIVE, look(replace(FAILED, hosts={"i-1": "failed", "i-2": "left-to-cron"})),
        f"{BACK_ON_2}; failing",
    ),
    "cron ran it on one, long ago": (
        "", LIVE, look(reported(4, i_1="ok", i_2="left-to-cron")),
        f"not seen since 2026-11-23 06:00 UTC; {BACK_ON_2}",
    ),
    "another schedule, and it fails": (
        MARKED.replace("0 *", "9 *"), LIVE, look(FAILED), "the line differs; failing",
    ),
    "another schedule, and not seen": (
        MARKED.replace("0 *", "9 *"), LIVE, look(reported(4, i_1="ok")),
        "the line differs; not seen since 2026-11-23 06:00 UTC",
    ),
    "its roles, too": (
        MARKED, {**LIVE, "SendRoleArn": "arn:SendRoleArn"}, look(FAILED),
        "failing; its foundation or target is missing",
    ),
    "a rehearsal is no trouble": (LINE, ON, look(FAILED), "failing"),
    "nor is a task that is handed over": (
        MARKED, LIVE, look(WELL, lost=lambda _: ("i-2",)), "runs nowhere on web-2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NO_TROUBLE_HIDES_ANOTHER.values(), ids=NO_TROUBLE_HIDES_ANOTHER)
def test_no_trouble_hides_another(case: tuple[str, Mapping[str, str], Look, str]) -> None:
    """What a host has of the line comes before what the last run came to."""
    text, parameters, looks, expected = case
    (row,) = rows(text, stack(parameters), looks=looks)
    check(row, expected)
    assert row.told == expected


@pytest.mark.parametrize("parameters", [ON, OFF])
def test_times_are_told_in_the_tasks_zone_enabled_or_not(parameters: Mapping[str, str]) -> None:
    tokyo = look(next_run=lambda *_: NOW.astimezone(ZoneInfo("Asia/Tokyo")))
    (row,) = rows(LINE, stack(parameters), looks=replace(tokyo, reports=lambda _: WELL))
    assert str(row.zone) == "Asia/Tokyo"
    shown = "".join(Table().write(Tasks(rows=(row,)), Style(width=300)))
    assert "succeeded 2026-11-23 19:00 JST" in shown


MINE = " # cron2aws:{}@2026-11-20T03:00Z 999999999999/eu-west-1/{} | {}"


def test_a_mark_of_another_account_is_none_of_a_stack_of_the_same_name() -> None:
    found = rows(MINE.format(ID, NAME, LINE), stack(), looks=look(WELL))
    assert {row.standing for row in found} == {Standing.ELSEWHERE, Standing.HANDED_OVER}


def test_a_host_of_another_target_says_nothing_of_its_lines() -> None:
    """It is called like the host of which the task was made, as copies of an image are."""
    (row,) = rows(GONE, stack(ON), looks=look(WELL, runs_on=lambda *_: False))
    check(row, "handed over")


def test_a_line_of_another_program_is_mended_there() -> None:
    """`--comment-out` would not touch it."""
    found = assessment_of(f"#Ansible: nightly\n{LINE}")
    for history in (False, True):
        (row,) = status(found, [stack(ON)], look(was_handed_over=lambda _, had=history: had))
        assert row.standing is (Standing.CAME_BACK if history else Standing.REHEARSING)
        assert row.mend == (
            "Ansible writes its line; give the `cron` task `nightly` `state: absent` (out of the "
            "play, its line stays): then the task takes over"
        )
    (row,) = status(assessment_of(f"# BEGIN ANSIBLE MANAGED BLOCK\n{LINE}"), [stack(ON)], look())
    assert row.mend == (
        "Ansible writes its line; take the line out of the `blockinfile` task, into a crontab of "
        "your own"
    )


def test_what_mends_names_the_sources_that_were_read() -> None:
    there = look(advice=Advice(named=("host files", "b"), before=("--profile", "ops")))
    (active,) = rows(LINE, stack(OFF), looks=there)
    assert active.mend.startswith(
        "cron2aws --profile ops migrate 'host files' b --tag Name=web --rehearse"
    )
    (alone,) = rows(MARKED, looks=there)
    assert alone.mend == (f"cron2aws --profile ops rollback {ID} --source 'host files' --source b")
    (failing,) = rows(MARKED, stack(), looks=look(FAILED, advice=there.advice))
    assert failing.mend.startswith(f"cron2aws --profile ops run {ID} ")


def test_a_line_that_came_back_may_be_left_to_cron() -> None:
    """It comes back by a rollback with `--lines-only`, too."""
    (row,) = rows(LINE, stack(LIVE))
    assert row.standing is Standing.CAME_BACK
    assert f"cron2aws rollback {ID} leaves it to cron" in row.mend


def test_a_line_that_came_back_elsewhere_is_mended_where_it_is() -> None:
    """This machine's own crontabs, which a command without SOURCE reads, do not have it."""
    seen = reported(i_1="ok", i_2="left-to-cron")
    (row,) = rows("", stack(LIVE), looks=look(seen))
    hand_over = "cron2aws migrate --from-hosts --tag Name=web --comment-out"
    assert (row.host, row.command) == (None, "")
    assert f"or {hand_over}; cron2aws rollback {ID} --from-hosts --tag Name=web" in row.mend
    (rehearsing,) = rows("", stack(ON), looks=look(reported(i_1="left-to-cron")))
    assert rehearsing.command == rehearsing.mend == hand_over
    (copied,) = rows("", stack(LIVE), looks=look(seen, advice=Advice(named=("copy",))))
    assert "or cron2aws migrate copy --tag Name=web --comment-out;" in copied.mend
