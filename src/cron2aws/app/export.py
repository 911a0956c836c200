"""`export`: the stacks and the marks as files, for a pipeline that deploys. Nothing is deployed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import cron2aws
from cron2aws.app.advice import advice_of
from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context, HostContext, PlaceOf
from cron2aws.app.export_folder import Swapped, check_folder, put
from cron2aws.app.from_hosts import check_hosts, read_hosts
from cron2aws.app.homes import check_nothing_assumed
from cron2aws.app.options import (
    ExportOptions,
    FromHosts,
    HandOverOptions,
    MigrateOptions,
)
from cron2aws.app.setup import check_email
from cron2aws.app.sharing import Common, with_common
from cron2aws.app.shipped import template_text
from cron2aws.app.sources import Reading, read
from cron2aws.app.wish import checked_wish
from cron2aws.assess.choose import select
from cron2aws.assess.values import Assessment, HostAssessment
from cron2aws.crontab.edit import check_edit, comment_out, marks_of, unmarked
from cron2aws.crontab.mark import Mark
from cron2aws.crontab.patch import line_patch
from cron2aws.crontab.text import decode_bytes
from cron2aws.errors import DecisionNeeded, SafetyError, UsageError
from cron2aws.hosts.host import ReadHost, SourceFile
from cron2aws.hosts.source_kind import STANDARD_INPUT
from cron2aws.lint.secrets import find_secrets, script_holds_secret
from cron2aws.plan.make import make_plan
from cron2aws.plan.marking import mark_of
from cron2aws.plan.setup import SetupWish, setup_steps
from cron2aws.plan.shared import Shared
from cron2aws.plan.values import Place, Plan, Problem, Wish
from cron2aws.report.export.files import PROGRAMS, files_of
from cron2aws.report.export.stacks import TASK, TASK_WITH_ROLES, StackKind, stacks_of
from cron2aws.report.export.values import CrontabPatch, Export, digest
from cron2aws.report.text import quantity
from cron2aws.task.foundation import SharedOptions

TEMPLATES = ("foundation.yaml", "target.yaml", TASK, TASK_WITH_ROLES)
SILENT = "note: nobody is told where these tasks fail: give --email, or --failed-topic-arn"
UNDECIDED = "Nothing was written: with --strict these entries need a decision first."


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was written; None where nothing was."""

    export: Export | None
    swapped: Swapped | None
    exit_code: int


def export(options: ExportOptions, context: HostContext, place_of: PlaceOf) -> Exported:
    """Write the folder, all or nothing.

    Raises UsageError, SourceError,
    SafetyError, or AwsError where AWS does not say the account; nothing was written then.
    """
    wish = replace(wish_of(options), advice=advice_of(options.sources, context.before))
    check_folder(options.folder)
    reading = read(options.sources, seen_as=unmarked)
    check_nothing_assumed(reading.hosts)
    return _written(options, wish, reading, context, place_of)


def check_export(options: ExportOptions) -> None:
    """UsageError where the options contradict each other; nobody is asked for anything."""
    hosts = FromHosts(from_hosts=True, target=options.target) if options.from_hosts else FromHosts()
    named = options.sources.named if options.from_hosts else ()
    check_hosts(hosts, named, options.sources.host)
    wish_of(options)


def export_from_hosts(options: ExportOptions, context: Context) -> Exported:
    """The same of the target's own hosts; raises as `read_hosts` does, too."""
    check_export(options)
    asked, how = FromHosts(from_hosts=True, target=options.target), options.sources.host
    wish = replace(wish_of(options), advice=advice_of(options.sources, context.before, asked))
    check_folder(options.folder)
    reading = read_hosts(asked, how, context, seen_as=unmarked)
    place = context.place
    return _written(
        options,
        wish,
        reading,
        context,
        place_of=lambda account: replace(place, account=account or place.account),
    )


def _written(
    options: ExportOptions,
    wish: Wish,
    reading: Reading,
    context: HostContext,
    place_of: PlaceOf,
) -> Exported:
    found = assess_reading(
        reading, options.schedule, now=context.clock.now(), selection=options.selection
    )
    found = select(found, options.selection.only, options.selection.exclude)
    if options.selection.strict and found.undecided:
        for each in found.undecided:
            context.console.note(f"review: {each.id[:8]} {each.source}:{each.entry.line}")
        context.console.note(UNDECIDED)
        return Exported(export=None, swapped=None, exit_code=DecisionNeeded.exit_code)
    made = _export(options, wish, reading, found, place_of(options.account))
    swapped = put(options.folder, files_of(made), PROGRAMS)
    for note in _notes(options, made, swapped):
        context.console.note(note)
    code = SafetyError.exit_code if made.plan.needs_a_person else 0
    return Exported(export=made, swapped=swapped, exit_code=code)


def wish_of(options: ExportOptions) -> Wish:
    """The options as the plan takes them; UsageError where they contradict each other.

    Each task is enabled: as long as its line is active in a host's crontab, cron runs the job. A
    task that waited, disabled, for its line would run nowhere once that is commented out.
    """
    of_foundation = (options.email, options.tell, options.watch_seconds, options.kms_key)
    if options.task.own_roles and any(each is not None for each in of_foundation):
        raise UsageError(
            what="--own-roles makes no foundation",
            why="--email, --tell, --watch-for and --kms-key are settings of the foundation",
            fix="leave out --own-roles, or these options",
        )
    check_email(options.email)
    asked = MigrateOptions(
        target=options.target,
        hand_over=HandOverOptions(comment_out=True),
        task=options.task,
    )
    live = f"{options.live_from:%Y-%m-%dT%H:%MZ}" if options.live_from else None
    return replace(checked_wish(asked), rehearse=True, live_from=live)


def _export(
    options: ExportOptions, wish: Wish, reading: Reading, found: Assessment, place: Place
) -> Export:
    common = _common(options, wish)
    templates = {name: template_text(name) for name in TEMPLATES}
    plan = make_plan(found, (), with_common(wish, common), place)
    plan = replace(plan, setup=() if options.task.own_roles else common.steps)
    plan = _without_others(plan, reading)
    known = {name: frozenset(json.loads(templates[name])["Parameters"])
             for name in (TASK, TASK_WITH_ROLES)}  # fmt: skip
    return Export(
        plan=plan,
        version=cron2aws.__version__,
        stacks=stacks_of(plan, known),
        patches=tuple(_patches(plan, reading)),
        templates=MappingProxyType(templates),
        from_hosts=options.from_hosts,
    )


def _common(options: ExportOptions, wish: Wish) -> Common:
    """What the tasks share, as if nothing were there: what is not said keeps its value."""
    task = options.task
    asked = SetupWish(
        options=SharedOptions(
            email=options.email,
            tell=options.tell,
            watch_seconds=options.watch_seconds,
            kms_key=options.kms_key,
            succeeded_topic_arn=task.succeeded_topic_arn,
            failed_topic_arn=task.failed_topic_arn,
            output_s3_bucket=task.output_s3_bucket,
            permissions_boundary=task.permissions_boundary,
            role_path=task.role_path,
            service_role=task.service_role,
            stack_tags=task.stack_tags,
        ),
        target=wish.target,
    )
    foundation, target = setup_steps(asked, Shared())
    if options.watch_seconds is None:
        parameters = {k: v for k, v in foundation.parameters.items() if k != "WatchSeconds"}
        foundation = replace(foundation, parameters=MappingProxyType(parameters))
    return Common(shared=Shared(), wish=asked, steps=(foundation, target))


def _without_others(plan: Plan, reading: Reading) -> Plan:
    """The plan without tasks whose line another stack has, and those lines as problems."""
    problems = [
        problem
        for one, host in zip(plan.found.hosts, reading.hosts, strict=True)
        for file in host.files
        for problem in _astray(plan, one, file)
    ]
    gone = {each.id for each in problems}
    return replace(
        plan,
        steps=tuple(step for step in plan.steps if step.id not in gone),
        problems=(*plan.problems, *problems),
    )


def _astray(plan: Plan, one: HostAssessment, file: SourceFile) -> Iterator[Problem]:
    marks = marks_of(file.data)
    entries = {each.entry.line: each for each in one.entries if each.source == file.path}
    for line, mark in marks.items():
        entry = entries.get(line)
        if entry is None:
            continue
        step = next((each for each in plan.steps if each.id == entry.id), None)
        if step and mark == replace(mark_of(step, plan.place), minute=mark.minute):
            continue
        yield Problem(
            id=entry.id,
            what=f"the line is handed over to stack {mark.stack}, account {mark.account}, "
            f"{mark.region}, which this export does not make",
            fix="take the mark in front of it away, or leave the entry out with --exclude",
            host=entry.host,
            source=entry.source,
            line=line,
        )


def _patches(plan: Plan, reading: Reading) -> Iterator[CrontabPatch]:
    for one, host in zip(plan.found.hosts, reading.hosts, strict=True):
        for file in host.files:
            patch = _patch(plan, one, host, file)
            if patch is not None:
                yield patch


def _patch(
    plan: Plan, one: HostAssessment, host: ReadHost, file: SourceFile
) -> CrontabPatch | None:
    marks = _marks(plan, one, file)
    if not marks or file.path == STANDARD_INPUT:
        return None
    after = comment_out(file.data, marks)
    check_edit(
        file.data,
        after,
        host.host.dialect,
        system=file.system,
        user=file.owner,
        gone=marks.keys(),
    )
    return CrontabPatch(
        host=host.host.label,
        # a Name tag may be another tomorrow
        folder=host.host.instance or host.host.label,
        source=file.path,
        sha256=digest(file.data),
        ids=tuple(marks[line].id for line in sorted(marks)),
        text=line_patch(file.path, file.data, after, lambda line: bool(find_secrets(line))),
    )


def _marks(plan: Plan, one: HostAssessment, file: SourceFile) -> Mapping[int, Mark]:
    """The marks that a file is to get, by line; it may have those of an earlier export."""
    steps = {step.id: step for step in plan.steps if step.comment_out}
    there = marks_of(file.data)
    return {
        each.entry.line: mark_of(steps[each.id], plan.place)
        for each in one.entries
        if each.source == file.path and each.id in steps and each.entry.line not in there
    }


def _notes(options: ExportOptions, made: Export, swapped: Swapped) -> Iterator[str]:
    plan = made.plan
    for problem in plan.problems:
        yield f"problem: {problem.host}: {problem.source}:{problem.line}: {problem.what}"
        yield f"  {problem.fix}"
    for stack in made.tasks:
        if script_holds_secret(stack.parameters["Command"]):
            yield f"warning: {stack.parameters_file} holds a secret: whoever reads it has it"
    for patch in made.patches:
        if script_holds_secret(decode_bytes(patch.text)):
            yield f"warning: {patch.file} holds a secret: whoever reads it has it"
    if any(tab.path == STANDARD_INPUT for tab in plan.sources):
        yield "note: standard input has no place on a host: no patch is made of it"
    foundation = made.of(StackKind.FOUNDATION)
    tells = foundation.parameters if foundation else {}
    if made.tasks and not (tells.get("Email") or options.task.failed_topic_arn):
        yield SILENT
    for name in swapped.gone_stacks:
        yield (
            f"note: stack {name} is no longer in the export; where it is deployed it stays: take "
            "its marks away, then delete it"
        )
    if plan.kept:
        yield f"{quantity(len(plan.kept), 'entry', 'entries')} left out: see README.md there"
