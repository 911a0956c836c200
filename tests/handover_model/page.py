"""`python -m tests.handover_model.page` writes docs/reference/hand-over-exceptions.md."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.handover_model.exceptions import ROWS, Row
from tests.handover_model.explore import shortest
from tests.handover_model.scenarios import ODD, SHOWN

PAGE = Path(__file__).parents[2] / "docs/reference/hand-over-exceptions.md"
HEAD = """\
# Exceptions of the hand-over

The crontab of a host decides, minute by minute, whether cron or the task runs a job. Where the
command does all editing, each scheduled minute that is delivered runs exactly once: also when
it is delivered minutes late or twice, when the job is handed over, taken back and handed over
again in the meantime, and when the command is killed between any two of its steps.

What follows is all that can happen instead. A model of the hosts, their daemons, the command and
other programs was searched for more; each example is the shortest way that the search knows. In
the examples minutes and seconds are the host's clock; 01:00 and 02:00 are scheduled.

A minute that is never delivered is not in the table: the task's alarm tells of it. A job that is
stopped by hand, deleted or given another schedule while cron runs it is a matter of its crontab,
as before.

Where somebody deletes a mark with its line after the hand-over, and the task has no LiveFrom, the
job runs nowhere on that host: its runs say `not-here`, and `status` there says `runs nowhere` (exit
4). When no host has the line any more each run is a failure, and told.

Nobody is mailed of this: where a rollback deletes a stack, a delivery that comes more than 95
seconds after its minute began finds nothing. EventBridge promises 60.
"""
TAIL = """
The rows are those of `tests/handover_model/exceptions.py`; `python -m tests.handover_model.page`
writes this page, and `python -m tests.handover_model` searches further than the tests do.
"""


@cache
def example(row: Row) -> tuple[str, ...]:
    """The shortest trace to such a minute, and what it came to."""
    scenario = next(each for each in ODD if each.name == SHOWN[row.name])
    return shortest(scenario, row.name) or ("",)


def story(steps: tuple[str, ...]) -> str:
    """The steps in a person's words, each with its time."""
    lines: list[str] = []
    clock = "00:10"
    for step in steps:
        time, _, rest = step.partition(" ")
        is_time = time.replace(":", "").isdigit()
        clock = time if is_time else clock
        text = rest.strip("()") if is_time else step
        for name, words in STEPS.items():
            text = text.replace(name, words)
        if text:
            lines.append(f"{clock} {text}")
    return "\n".join(lines)


def section(row: Row) -> str:
    *steps, last = example(row)
    kind = last.rpartition(": ")[2]
    return f"""
## {row.name[0].upper()}{row.name[1:]}
- When: {row.when}.
- The job runs {row.runs}.
- What is seen: {row.sees}.
- Why: {row.why}.

```text
{story(tuple(steps))}
=> {WORDS[kind]}
```
"""


STEPS = {
    "cron-1 reads": "the daemon reads its files",
    "cron-2 reads": "the daemon of host 2 reads its files",
    "cron is late) (": "cron is late, ",
    "cron is late": "the daemon has not read them yet",
    "another program: start": "another program writes the line again, to run",
    "another program: stop": "another program puts a # before the line",
    "another program: delete": "another program deletes the line",
    "another program: mark": "another program puts our mark before the line",
    "another program: unrelated": "another program writes the file, not the line",
    " old": ", with an old mtime",
    "S=60 of A": "the minute 01:00 is",
    "S=120 of A": "the minute 02:00 is",
    "live on": "LiveFrom is set to the next minute",
}
WORDS = {
    "DOUBLE": "it ran twice",
    "LOSS": "it did not run, and nothing is told",
    "UNWANTED": "it ran, though it was stopped or gone when the minute began",
    "told loss": "it did not run, and that is told",
    "false alarm": "it ran once, and a failure is told",
}


def page() -> str:
    return HEAD + "".join(section(row) for row in ROWS) + TAIL


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
