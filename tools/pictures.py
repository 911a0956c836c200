"""`python -m tools.pictures` draws the pictures of the docs; `--check` says whether they are so.

Each is SVG that was made of words, so that a change of it can be read in a diff. The picture of
the folders is drawn from the layers that import-linter holds (pyproject.toml).
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.drawing import WIDTH, arrow, bar, box, circle, frame, line, picture, room, words

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "pictures"


def what_runs_where() -> str:
    """From the schedule to the job and back to whoever is mailed."""
    return picture(
        608,
        "What runs where",
        "cron2aws makes stacks by CloudFormation. In a task's stack a schedule of EventBridge "
        "starts a state machine, which calls the function send. It sends a command through Run "
        "Command to the agent of each tagged host. The runner there asks the crontab whose minute "
        "it is, and starts the job or leaves it to cron. The function wait asks Run Command until "
        "all hosts have ended, and the machine publishes the end to a topic of the foundation.",
        (
            box(
                10,
                10,
                400,
                50,
                "cron2aws",
                below=["makes the stacks, edits the crontab; then it is not needed"],
                kind="ours",
            ),
            arrow((120, 60), (120, 98)),
            words(128, 83, "CloudFormation makes the stacks", kind="small"),
            room(10, 98, 400, 304, "AWS: one account, one region"),
            room(20, 122, 186, 220, "the stack of one task"),
            box(32, 146, 162, 44, "EventBridge", below=["a schedule, or a rule"]),
            arrow((113, 190), (113, 216)),
            words(119, 207, "1", kind="small"),
            box(32, 216, 162, 44, "Step Functions", below=["the state machine"]),
            arrow((70, 260), (70, 288)),
            words(76, 278, "2", kind="small"),
            arrow((156, 260), (156, 288)),
            words(162, 278, "5", kind="small"),
            box(32, 288, 76, 44, "Lambda", below=["send"]),
            box(118, 288, 76, 44, "Lambda", below=["wait"]),
            room(216, 122, 184, 220, "the foundation, for all tasks"),
            box(228, 146, 160, 44, "rule, alarms, queue", below=["what no task can tell"]),
            box(228, 216, 160, 44, "SNS", below=["two topics: mail, chat"]),
            box(228, 288, 160, 44, "Lambda", below=["daily: what did not run"]),
            arrow((194, 238), (228, 238)),
            words(207, 232, "7", kind="small"),
            arrow((308, 190), (308, 216)),
            arrow((308, 288), (308, 260)),
            box(20, 358, 380, 34, "Systems Manager: Run Command"),
            arrow((70, 332), (70, 358)),
            words(76, 349, "3", kind="small"),
            arrow((156, 332), (156, 358)),
            words(162, 349, "6", kind="small"),
            room(10, 430, 400, 168, ""),
            arrow((60, 392), (60, 458)),
            words(66, 420, "4", kind="small"),
            words(326, 447, "an EC2 host", kind="small"),
            words(82, 420, "to each host with the target's tags", kind="small"),
            box(22, 458, 116, 40, "SSM agent"),
            arrow((60, 498), (60, 530)),
            box(
                22,
                530,
                116,
                56,
                "runner",
                below=["asks the crontab", "whose minute it is"],
                kind="ours",
            ),
            box(152, 458, 116, 40, "crontab", below=["the switch"]),
            box(282, 458, 116, 40, "cron", kind="cron"),
            arrow((110, 530), (110, 518), (195, 518), (195, 498)),
            arrow((282, 478), (268, 478)),
            box(152, 540, 116, 46, "the job", below=["as its user"]),
            arrow((138, 568), (152, 568)),
            arrow((340, 498), (340, 563), (268, 563)),
        ),
    )


LANE = 92
MINUTE = (WIDTH - LANE - 10) / 6


def hand_over() -> str:
    """Six minutes: cron's, the task's, and cron's again."""

    def at(minute: float) -> float:
        return LANE + minute * MINUTE

    def parts() -> Iterator[str]:
        for number in range(6):
            yield words(at(number), 22, f"10:0{number}", kind="small", anchor="middle")
            yield line(at(number), 30, at(number), 186, "rule")
        yield words(10, 60, "the line", kind="name")
        yield bar(at(0), 46, 1.35 * MINUTE, "active", "cron")
        yield bar(at(1.35), 46, 2.2 * MINUTE, "behind the mark", "ours")
        yield bar(at(3.55), 46, 2.45 * MINUTE, "active", "cron")
        yield line(at(1.35), 36, at(1.35), 186, "mark")
        yield words(at(1.35), 204, "migrate", kind="small", anchor="middle")
        yield words(at(1.35), 218, "--comment-out", kind="small", anchor="middle")
        yield line(at(3.55), 36, at(3.55), 186, "mark")
        yield words(at(3.55), 204, "rollback", kind="small", anchor="middle")
        yield words(10, 109, "cron", kind="name")
        yield words(10, 159, "the task", kind="name")
        for number in range(6):
            is_tasks = number in {2, 3}
            x = at(number) + 9
            if is_tasks:
                yield words(x, 109, "-", kind="small", anchor="middle")
                yield circle(x, 155, 7, "ours")
            else:
                yield circle(x, 105, 7, "cron")
                is_deployed = number < 5
                yield words(x, 159, "?" if is_deployed else "-", kind="small", anchor="middle")
                if is_deployed:
                    yield f'<circle cx="{x:g}" cy="155" r="7" class="line"/>'
        yield circle(17, 246, 6, "cron")
        yield words(30, 250, "cron runs the job", kind="small")
        yield circle(147, 246, 6, "ours")
        yield words(160, 250, "the task runs the job", kind="small")
        yield '<circle cx="17" cy="268" r="6" class="line"/>'
        yield words(17, 272, "?", kind="small", anchor="middle")
        yield words(
            30, 272, "the task looks at the crontab and leaves the job to cron", kind="small"
        )

    return picture(
        286,
        "The hand-over: who runs which minute",
        "At 10:00 and 10:01 the line is active: cron runs the job, and the task leaves it to cron. "
        "Between 10:01 and 10:02 migrate puts the mark in front of the line: at 10:02 and 10:03 "
        "the task runs the job, and cron nothing. Between 10:03 and 10:04 rollback takes the mark "
        "away: from 10:04 on cron runs the job again, and the stack is deleted.",
        parts(),
    )


ABOUT = {
    "cli": "a command line to options, a value to text",
    "app": "the use-cases: options in, values out",
    "sandbox": "an AWS in this process",
    "report": "a value in each of the formats",
    "handover": "what changes something: stacks, crontabs",
    "aws": "boto3",
    "hosts": "files, daemons",
    "preflight": "checks before a plan",
    "plan": "what is to be done, as data",
    "calendar": "what runs when",
    "assess": "an entry, judged: decision and proof",
    "task": "what AWS will run, and what it costs",
    "lint": "what a command needs and does",
    "crontab": "what a crontab says, by which daemon",
    "schedule": "when something fires",
    "findings": "their catalogue",
    "errors": "and exit codes",
    "escapes": "what is shown",
    "spans": "of text",
}
PURE_FROM = "preflight"
ROW = 33


def layers(container: str = "cron2aws") -> list[list[str]]:
    """What is in src/cron2aws, or in a folder of it, those that import others first."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    (found,) = [each["layers"] for each in contracts if each.get("containers") == [container]]
    return [layer.split(" | ") for layer in found]


def folders() -> str:
    """A row for each layer; what stands beside each other knows nothing of each other."""
    rows = layers()
    tops = {name: 34 + number * ROW for number, row in enumerate(rows) for name in row}

    def parts() -> Iterator[str]:
        pure = tops[PURE_FROM] - 4
        bottom = 34 + len(rows) * ROW
        yield words(10, 20, "src/cron2aws: each imports only what stands below it", kind="small")
        yield room(6, pure, 408, bottom - pure + 20, "")
        yield words(
            400, bottom + 11, "pure: no files, no clock, no AWS", kind="small", anchor="end"
        )
        for row in rows:
            width = (396 - 8 * (len(row) - 1)) / len(row)
            for column, name in enumerate(row):
                x, y = 12 + column * (width + 8), tops[name]
                yield frame(x, y, width, ROW - 7, kind="box")
                yield words(x + 10, y + 17, name, kind="name")
                yield words(x + 84, y + 17, ABOUT[name], kind="small")

    return picture(
        34 + len(rows) * ROW + 26,
        "The folders of src/cron2aws",
        "From top to bottom, each importing only what stands below it: "
        + "; ".join(" and ".join(f"{name} ({ABOUT[name]})" for name in row) for row in rows),
        parts(),
    )


ROOMS = {
    "server": "the same over HTTP",
    "inside": "what a `with` block opens",
    "moto": "a repair for each gap",
    "speed": "sooner",
    "hook": "a name in moto that stands for another",
    "parts": "what the repairs put into moto",
    "stacks": "CloudFormation: made, changed, rolled back",
    "machines": "executions, watched and stopped",
    "functions": "Lambda",
    "rates": "AWS's rates",
    "run_command": "hosts",
    "telling": "SNS",
    "time": "clock, triggers, alarms, expressions",
    "environment": "sealed",
    "extra": "what is installed",
    "foreign": "the name for what has no types",
}


def sandbox() -> str:
    """The sandbox's rooms, a row for each layer."""
    rows = layers("cron2aws.sandbox")

    def parts() -> Iterator[str]:
        told = "src/cron2aws/sandbox: each imports only what stands below it"
        yield words(10, 20, told, kind="small")
        for number, row in enumerate(rows):
            width, y = (396 - 8 * (len(row) - 1)) / len(row), 34 + number * ROW
            for column, name in enumerate(row):
                x = 12 + column * (width + 8)
                yield frame(x, y, width, ROW - 7, kind="box")
                yield words(x + 10, y + 17, name, kind="name")
                if len(row) < 3:
                    yield words(x + 96, y + 17, ROOMS[name], kind="small")

    return picture(
        34 + len(rows) * ROW + 6,
        "The rooms of the sandbox",
        "From top to bottom, each importing only what stands below it: "
        + "; ".join(" and ".join(f"{name} ({ROOMS[name]})" for name in row) for row in rows),
        parts(),
    )


PICTURES: dict[str, Callable[[], str]] = {
    "what-runs-where": what_runs_where,
    "hand-over": hand_over,
    "folders": folders,
    "sandbox": sandbox,
}


def main(*, check: bool) -> int:
    """How many are not as they should be; without `check` they are written."""
    stale = 0
    for name, draw in PICTURES.items():
        file = FOLDER / f"{name}.svg"
        made = draw()
        if check:
            if not file.exists() or file.read_text(encoding="utf-8") != made:
                stale += 1
                sys.stderr.write(f"{file} is not as drawn: `make docs`\n")
        else:
            file.parent.mkdir(exist_ok=True)
            file.write_text(made, encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
