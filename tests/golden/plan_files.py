"""Goldens of plan files, and of what they are refused for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cron2aws.app.applicable import (
    check_all_made,
    check_files,
    check_instances,
    check_known,
    check_no_edits,
    check_place,
    part_of,
    refuse,
)
from cron2aws.app.options import (
    ApplyOptions,
    HandOverOptions,
    MigrateOptions,
    PlanFileOptions,
    RollbackOptions,
    Sources,
)
from cron2aws.app.plan_files import MOST_BYTES, PlanFile, check_plan_file, edits_of, load, templates
from cron2aws.app.rollback_files import RollbackFile, check_no_report, check_rollback_file
from cron2aws.app.sources import read
from cron2aws.assess.values import UnreadHost
from cron2aws.aws.instances import Instance
from cron2aws.plan.moved import Part, Verdict
from cron2aws.plan.moved_shared import setup_left
from cron2aws.plan.recorded import EditedHost, MadeOn, Recorded, RecordedFleet, Reread, SharedBasis
from cron2aws.plan.recorded_rollback import (
    LineBack,
    RecordedReturn,
    RecordedRollback,
    lost_line,
    stack_back,
)
from cron2aws.plan.recording import by_job, digest_of, recorded_deletion, recorded_step, sha256_of
from cron2aws.plan.setup import SetupWish, setup_steps
from cron2aws.plan.shared import Kind, Shared
from cron2aws.plan.values import Deployed, Place, Plan, Problem
from cron2aws.report.json_object import object_of
from cron2aws.report.json_plan_file import plan_file_json
from cron2aws.report.json_rollback_file import rollback_file_json
from cron2aws.report.plan_file import read_plan_file
from cron2aws.task.foundation import Foundation
from tests.golden.golden import Golden
from tests.golden.hosts import assessed, host
from tests.golden.plans import LINES, PLACE, WEB, planned, stack_of

MADE = datetime(2026, 11, 23, 23, 17, 40, tzinfo=UTC)
COMMAND = "cron2aws migrate --tag Name=web --comment-out"
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
"""They change with the runner and the templates, which no document shows."""


def plan_files() -> Iterator[Golden]:
    """The document, with all of its fields."""
    yield Golden(name="json/plan-file", make=_shown)
    yield Golden(name="json/plan-file-of-a-fleet", make=_shown_of_a_fleet)
    yield Golden(name="json/rollback-file", make=_shown_back)
    yield Golden(name="json/rollback-file-of-a-fleet", make=_shown_back_of_a_fleet)


def _shown(folder: Path) -> str:
    return DIGEST.sub("0" * 64, "".join(object_of(plan_file_json(recorded(folder)))))


def _shown_of_a_fleet(folder: Path) -> str:
    return DIGEST.sub("0" * 64, "".join(object_of(plan_file_json(recorded_of_a_fleet(folder)))))


def recorded_of_a_fleet(folder: Path) -> Recorded:
    """Two hosts with the same entries, one line of which has more blanks on one; one not read."""
    wide = LINES.replace("0 3 * * *", "0  3 * * *")
    trees = [host(folder, {"/etc/crontab": text}, name=name)
             for name, text in (("web-1", LINES), ("web-2", wide))]  # fmt: skip
    ids = [f"i-0123456789abcdef{number}" for number in range(3)]
    there = read(Sources(named=tuple(map(str, trees))))
    there = replace(
        there,
        hosts=tuple(
            replace(one, host=replace(one.host, label=f"{one.host.name} ({id_})", instance=id_))
            for one, id_ in zip(there.hosts, ids, strict=False)
        ),
        unread=(UnreadHost(id=ids[2], label=f"web-3 ({ids[2]})", why="it is stopped"),),
    )
    found = replace(assessed(*trees), unread=there.unread)
    found = replace(
        found,
        hosts=tuple(
            replace(
                one,
                host=each.host,
                entries=tuple(entry._replace(host=each.host.label) for entry in one.entries),
            )
            for one, each in zip(found.hosts, there.hosts, strict=True)
        ),
    )
    plan, entries = planned(found, comment_out=True), by_job(found.entries)
    made = recorded(folder / "one")
    return replace(
        made,
        command=f"cron2aws migrate --from-hosts {' '.join(WEB.options)} --comment-out",
        made_on=None,
        hosts=plan.hosts,
        fleet=RecordedFleet(
            waves="1,10%,rest",
            hosts=tuple(
                EditedHost(
                    label=one.host.label,
                    instance=one.host.instance,
                    timezone=one.host.timezone,
                    dialect=one.host.dialect.name,
                    crontabs={tab.path: tab.sha256 for tab in one.host.tabs},
                )
                for one in there.hosts
            ),
        ),
        unread=there.unread,
        instances={id_: f"web-{number}" for number, id_ in enumerate(ids, 1)},
        reread=Reread(),
        steps=tuple(
            recorded_step(step, entries[step.job], None, PLACE, with_secrets=False)
            for step in plan.work
        ),
        files=tuple(each.file for each in edits_of(plan, there, of_fleet=True)),
        deletions=(),
        problems=(),
    )


def _fleet_text(folder: Path, change: Callable[[dict[str, Any]], object]) -> str:
    document = plan_file_json(recorded_of_a_fleet(folder))
    del document["digest"]
    change(document)
    return json.dumps({**document, "digest": digest_of(document)})


def _shown_back(folder: Path) -> str:
    return DIGEST.sub("0" * 64, "".join(object_of(rollback_file_json(rolled_back(folder)))))


def _shown_back_of_a_fleet(folder: Path) -> str:
    made = rolled_back_of_a_fleet(folder)
    return DIGEST.sub("0" * 64, "".join(object_of(rollback_file_json(made))))


def rolled_back_of_a_fleet(folder: Path) -> RecordedRollback:
    """A line that comes back on two hosts, each with its own minute; a third was not read."""
    made, back = recorded_of_a_fleet(folder), rolled_back(folder / "back")
    (first, *_) = back.returns
    line = first.lines[0]
    other = (line.before or "").replace("T03:00Z", "T03:04Z")
    lines = (
        replace(line, host=made.hosts[0]),
        replace(line, host=made.hosts[1], before=other, sha256_before=sha256_of(other)),
    )
    return replace(
        back,
        command=f"cron2aws rollback --from-hosts {' '.join(WEB.options)}",
        made_on=None,
        hosts=made.hosts,
        fleet=replace(made.fleet, waves=None) if made.fleet else None,
        unread=made.unread,
        without_lines=False,
        instances={},
        reread=Reread(),
        returns=(replace(first, host=made.hosts[0], lines=lines),),
        files=made.files,
    )


def rolled_back(folder: Path) -> RecordedRollback:
    """A line with its stack, one with a secret, one whose mark is gone, and a stack alone."""
    made = recorded(folder)
    stacks = [stack_of(each.step, LiveFrom="2026-12-01T03:00Z") for each in made.steps]
    alone = replace(stacks[0], id="fedcba9876543210", stack_name="cron2aws-web-old-0123abcd")
    lost = replace(alone, id="0123456789abcdef", stack_name="cron2aws-web-lost-0123abcd")
    marked = [
        f" # cron2aws:{each.step.id}@2026-12-01T03:00Z {PLACE.account}/{PLACE.region}/"
        f"{each.step.stack_name} | {text}"
        for each, text in zip(made.steps, ("0 3 * * * root a", "1 3 * * * root b"), strict=True)
    ]
    lines = [
        LineBack(
            host=made.hosts[0],
            source="/etc/crontab",
            line=number,
            before=text,
            after=text.partition(" | ")[2],
            sha256_before=sha256_of(text),
            sha256_after=sha256_of(text.partition(" | ")[2]),
        )
        for number, text in enumerate(marked, 1)
    ]
    hidden = replace(lines[1], before=None, after=None)
    gone = lost_line(made.hosts[0], "/etc/crontab", "2 3 * * * root c")
    return RecordedRollback(
        made=made.made,
        version=made.version,
        command="cron2aws rollback",
        made_on=made.made_on,
        hosts=made.hosts,
        place=PLACE,
        reread=Reread(),
        without_lines=True,
        instances=made.instances,
        returns=tuple(
            RecordedReturn(
                id=stack.id,
                host=made.hosts[0],
                source="/etc/crontab",
                rule_name=stack.parameters["RuleName"],
                lines=(line,) if line else (),
                stack=stack_back(stack),
            )
            for stack, line in zip(
                (*stacks, lost, alone), (lines[0], hidden, gone, None), strict=True
            )
        ),
        files=made.files,
    )


def _rollback_text(folder: Path, change: Callable[[dict[str, Any]], object]) -> str:
    document = rollback_file_json(rolled_back(folder))
    del document["digest"]
    change(document)
    return json.dumps({**document, "digest": digest_of(document)})


def _rolled_back(**given: Any) -> None:
    check_rollback_file(RollbackOptions(plan_file=Path("p.json"), **given))


def _plan(folder: Path) -> tuple[Plan, list[Deployed]]:
    found = assessed(host(folder, {"/etc/crontab": LINES}))
    (first, _) = planned(found).steps
    stack = replace(stack_of(first, Overlap="skip"), changed=MADE)
    plan = planned(found, [stack], comment_out=True)
    steps = (replace(plan.steps[0], template=(1, 2)), *plan.steps[1:])
    return replace(plan, steps=steps), [stack]


def recorded(folder: Path) -> Recorded:
    """A task that is there, a new one, and an entry with a problem."""
    plan, stacks = _plan(folder)
    entries, by_name = by_job(plan.found.entries), {each.stack_name: each for each in stacks}
    steps = [
        recorded_step(
            step, entries[step.job], by_name.get(step.stack_name), PLACE, with_secrets=False
        )
        for step in plan.work
    ]
    there = read(Sources(named=(str(folder / plan.hosts[0]),)))
    return Recorded(
        made=f"{MADE:%Y-%m-%dT%H:%M:%SZ}",
        version="1.2.3",
        command=COMMAND,
        made_on=MadeOn(machine="0123456789abcdef" * 2, instance="i-0123456789abcdef0"),
        hosts=plan.hosts,
        place=PLACE,
        target=WEB,
        instances={"i-0123456789abcdef0": "web-1"},
        templates=templates(),
        reread=Reread(named=("/etc/crontab",), allow_secret=("0123456789abcdef",)),
        comment_out=True,
        rehearse=False,
        shared=(
            SharedBasis(kind=Kind.FOUNDATION, stack_name="cron2aws-foundation", state=None),
            SharedBasis(
                kind=Kind.TARGET, stack_name="cron2aws-target-web-88baf0f6", state="0" * 64
            ),
        ),
        setup=setup_steps(SetupWish(target=WEB), Shared())[:1],
        steps=tuple(steps),
        files=tuple(each.file for each in edits_of(plan, there, of_fleet=False)),
        deletions=(recorded_deletion(replace(stacks[0], stack_name="cron2aws-web-old-0123abcd")),),
        problems=(
            Problem(
                id="0123456789abcdef",
                what="the line is commented out and its stack is missing",
                fix="take the line back",
                host=plan.hosts[0],
                source="/etc/crontab",
                line=9,
            ),
        ),
    )


def _file(folder: Path) -> PlanFile:
    return PlanFile(recorded=recorded(folder), digest="0" * 64, name="plan.json")


def _text(folder: Path, change: Callable[[dict[str, Any]], object]) -> str:
    """The file with a change and the digest of that."""
    document = plan_file_json(recorded(folder))
    del document["digest"]
    change(document)
    return json.dumps({**document, "digest": digest_of(document)})


def _loaded(folder: Path, *, digest: str | None = None, there: bool = True) -> object:
    file = folder / "plan.json"
    if there:
        file.write_text(_text(folder, lambda _: None), encoding="utf-8")
    return load(ApplyOptions(plan=file, digest=digest))


def _migrated(**given: Any) -> None:
    file = {name: given.pop(name) for name in ("plan_file", "with_secrets") if name in given}
    options = MigrateOptions(target=WEB, file=PlanFileOptions(**file), **given)
    check_plan_file(options)


def _edited(folder: Path) -> str:
    document = plan_file_json(recorded(folder))
    document["comment_out"] = False
    return json.dumps(document)


def _other_file(folder: Path) -> None:
    made = recorded(folder)
    plan, _ = _plan(folder / "again")
    there = read(Sources(named=(str(folder / "again" / plan.hosts[0]),)))
    files = (replace(made.files[0], after="0" * 64),)
    check_files(replace(made, files=files), plan, there)


def _shared_moved(state: str | None, stack: Foundation | None) -> Callable[[Path], object]:
    basis = SharedBasis(kind=Kind.FOUNDATION, stack_name="cron2aws-foundation", state=state)
    return lambda folder: setup_left(
        replace(recorded(folder), shared=(basis,), setup=()), Shared(foundation=stack), COMMAND
    )


def _moved(folder: Path) -> None:
    made = recorded(folder)
    verdicts = [Verdict(recorded=each, why=f"/etc/crontab:{each.step.line}: the line is another")
                for each in made.steps]  # fmt: skip
    refuse(verdicts * 3, 2, COMMAND)


FOUNDATION = Foundation(stack_name="cron2aws-foundation", stack_id="arn", status="CREATE_COMPLETE")
MORE = [Instance(id=f"i-0000000000000000{n}", name=f"web-{n}", state="running") for n in range(6)]


def _large(path: Path) -> object:
    with path.open("wb") as made:
        made.truncate(MOST_BYTES + 1)
    return load(ApplyOptions(plan=path))


OF_PLAN_FILES: Mapping[str, Callable[[Path], object]] = {
    "a plan file without a dry run": lambda _: _migrated(plan_file=Path("p.json")),
    "secrets for no file": lambda _: _migrated(with_secrets=True),
    "a plan file of standard input": lambda _: _migrated(
        plan_file=Path("p.json"),
        hand_over=HandOverOptions(dry_run=True),
        sources=Sources(named=("-",)),
    ),
    "a plan file that is not there": lambda folder: _loaded(folder, there=False),
    "another digest": lambda folder: _loaded(folder, digest="0123456789ab"),
    "no JSON": lambda _: read_plan_file("0 3 * * * root backup", "plan.json"),
    "a report": lambda _: read_plan_file('{"schema": "cron2aws.plan/1"}', "plan.json"),
    "another document": lambda _: read_plan_file("{}", "plan.json"),
    "a file that was edited": lambda folder: read_plan_file(_edited(folder), "plan.json"),
    "a field that is missing": lambda folder: read_plan_file(
        _text(folder, lambda document: document.pop("made_on")), "plan.json"
    ),
    "a parameter that no task can have": lambda folder: read_plan_file(
        _text(folder, lambda document: document["steps"][0]["parameters"].update(RuleName="a b")),
        "plan.json",
    ),
    "a plan that does another thing than it shows": lambda folder: read_plan_file(
        _text(folder, lambda document: document["steps"][0]["hosts"].append("db-1")), "plan.json"
    ),
    "a rollback's file without a dry run": lambda _: _rolled_back(),
    "a rollback's file without stacks": lambda _: _rolled_back(dry_run=True, lines_only=True),
    "a rollback's file of standard input": lambda _: _rolled_back(
        dry_run=True, sources=Sources(named=("-",))
    ),
    "a rollback that does another thing than it shows": lambda folder: read_plan_file(
        _rollback_text(folder, lambda document: document["files"].clear()), "back.json"
    ),
    "a rollback with a field that is missing": lambda folder: read_plan_file(
        _rollback_text(folder, lambda document: document.pop("returns")), "back.json"
    ),
    "a report of a rollback": lambda folder: check_no_report(
        True,
        RollbackFile(recorded=rolled_back(folder), digest="0" * 64, name="back.json"),
    ),
    "instances more, unasked": lambda _: check_known({}, MORE, "cron2aws rollback"),
    "a file that is too large": lambda folder: _large(folder / "plan.json"),
    "waves that are none": lambda folder: read_plan_file(
        _fleet_text(folder, lambda document: document["fleet"].update(waves="rest,1")), "plan.json"
    ),
    "a host of a fleet that is not named": lambda folder: read_plan_file(
        _fleet_text(folder, lambda document: document["hosts"].pop()), "plan.json"
    ),
    "stacks and lines only": lambda _: part_of(
        ApplyOptions(plan=Path("p.json"), stacks_only=True, edits_only=True)
    ),
    "another account": lambda folder: check_place(
        recorded(folder), Place(account="210987654321", region="eu-west-1")
    ),
    "other templates": lambda folder: check_place(replace(recorded(folder), templates={}), PLACE),
    "lines elsewhere": lambda folder: check_no_edits(Part.EDITS, _file(folder)),
    "lines before stacks": lambda folder: check_all_made(Part.EDITS, _file(folder)),
    "instances more": lambda folder: check_instances(recorded(folder), MORE),
    "all or nothing": _moved,
    "another file than planned": _other_file,
    "a foundation that was made": _shared_moved(None, FOUNDATION),
    "a foundation that was deleted": _shared_moved("0" * 64, None),
    "a foundation that was changed": _shared_moved("0" * 64, FOUNDATION),
}
