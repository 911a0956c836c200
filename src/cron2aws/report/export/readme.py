"""README.md of an export: what is in it, in which order it goes, and how it is undone."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from cron2aws.escapes import printable
from cron2aws.lint.secrets import mask
from cron2aws.report.export.stacks import ExportedStack, StackKind
from cron2aws.report.export.values import CrontabPatch, Export
from cron2aws.report.markdown_text import code, shown
from cron2aws.report.text import quantity

_DOCUMENTED = "docs/how-to/deploy-by-a-pipeline.md"


def readme(export: Export) -> str:
    """The page, in Markdown."""
    return "\n".join(_lines(export)) + "\n"


def _lines(export: Export) -> Iterator[str]:
    plan = export.plan
    tasks, patches = quantity(len(export.tasks), "task"), export.patches
    yield f"# Tasks of the hosts with {plan.target}"
    yield ""
    yield (
        f"Made by `cron2aws export` for account {plan.place.account}, {plan.place.region}: {tasks} "
        f"and {quantity(len(patches), 'patch', 'patches')}. The next export writes this folder "
        f"anew, so change the crontabs and the options, not these files. {_DOCUMENTED} of cron2aws "
        "tells more, for Terraform and CDK as well."
    )
    yield from ("", "## In this order", "")
    apart = export.of(StackKind.FOUNDATION) is not None
    yield f"1. `./deploy.sh` makes the stacks, or brings them up to date.{' Apart:' * apart}"
    if apart:
        yield "   `./deploy.sh foundation target` makes roles, `./deploy.sh tasks` the tasks."
    yield "2. See it rehearse. The tasks are enabled, and each run leaves the job to cron where the"
    yield "   line is active in the host's crontab: `cron2aws status` shows it."
    if patches:
        yield "3. Apply the patches, by whatever keeps the crontabs, or on the host itself:"
        if export.from_hosts:
            yield f"   (or `{_from_afar('migrate', export)} --comment-out` marks the same lines"
            yield "   on the hosts, through Run Command and in waves; with `--dry-run --plan-file"
            yield "   FILE` somebody reviews that, and `cron2aws apply FILE` does it)"
        yield from ("", "   ```sh")
        for patch in patches:
            yield f"   {_applied(patch)}   # {printable(patch.host)}"
        yield "   ```"
        yield ""
        yield "   From the next full minute on the task runs the jobs there, and cron does not."
    yield from _managed(export)
    yield from ("", "## The way back", "")
    yield "1. The lines first, on each host: the same `patch` commands with `-R`. From the next"
    yield "   full minute on cron runs the jobs, whatever the stacks do."
    if export.from_hosts:
        yield f"   What `migrate` has marked `{_from_afar('rollback', export)}` takes back."
    yield "2. Then the stacks, once no run goes on: `cron2aws rollback TASK`, or"
    yield "   `aws cloudformation delete-stack --stack-name NAME`, from the last one below to the"
    yield "   first. A protected one wants `update-termination-protection` before."
    yield ""
    yield "`cron2aws disable` holds until the next deployment. A stack that an export has no more"
    yield "stays until somebody deletes it: take the marks of its lines away before."
    yield from ("", "## Stacks", "")
    yield from _table(("stack", "template", "job", "host", "where"), map(_row, export.stacks))
    if plan.kept:
        yield from ("", "## Entries that stay with their hosts", "")
        rows = (
            (f"`{each.id[:8]}`", shown(each.host), shown(f"{each.source}:{each.entry.line}"),
             each.decision.value, ", ".join(dict.fromkeys(found.code for found in each.reasons)))
            for each in plan.kept
        )  # fmt: skip
        yield from _table(("id", "host", "where", "decision", "findings"), rows)
    if plan.found.unread:
        yield from ("", "## Hosts that could not be read: nobody knows which lines they have", "")
        silent = ((shown(each.label), shown(each.why)) for each in plan.found.unread)
        yield from _table(("host", "why"), silent)
    if plan.problems:
        yield from ("", "## Problems: these entries are left out", "")
        for each in plan.problems:
            yield f"- {shown(f'{each.host}: {each.source}:{each.line}: {each.what}')}"
            yield f"  ({shown(each.fix)})"


def _from_afar(command: str, export: Export) -> str:
    return shlex.join(["cron2aws", command, "--from-hosts", *export.plan.target.options])


def _applied(patch: CrontabPatch) -> str:
    return f"patch -p1 --no-backup-if-mismatch -d / <{shlex.quote(patch.file)}"


def _managed(export: Export) -> Iterator[str]:
    steps = [each.step for each in export.tasks if each.step and each.step.managed]
    if not steps:
        return
    yield ""
    yield "No patch is made of lines that another program writes; take the job out there:"
    yield ""
    for step in steps:
        alone = not (step.takes_over or step.parameters.get("LiveFrom"))
        more = ": the task takes over with `export --live-from` only" if alone else ""
        yield f"- {shown(f'{step.source}:{step.line}, written by {step.managed}')}{more}"


def _row(stack: ExportedStack) -> tuple[str, ...]:
    step = stack.step
    if step is None or stack.kind is not StackKind.TASK:
        return (f"`{stack.name}`", stack.template, "", "", "")
    job = f"{step.parameters['OriginalSchedule']} {mask(step.parameters['CommandShown'])}"
    where = f"{step.source}:{step.line}"
    hosts = shown(", ".join(step.hosts))
    return (f"`{stack.name}`", stack.template, code(job, in_cell=True), hosts, shown(where))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"
