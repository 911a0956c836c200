"""What the search tries out: `SMALL` in the suite, `LARGE` by hand."""

from __future__ import annotations

from tests.handover_model.design import Scenario
from tests.handover_model.world import Content, Left, Text

ACTIVE: Content = (Text("job", 0, "A"),)
MARKED: Content = (Text("mark", 0, "A"),)
STOPPED: Content = (Text("comment", 0, "A"),)
TWO: Content = (*ACTIVE, Text("job", 1, "B"))
ONE_OF_TWO: Content = (*MARKED, Text("job", 1, "B"))
TWO_MARKED: Content = (*MARKED, Text("mark", 1, "B"))
TWINS_MARKED: Content = (*MARKED, Text("mark", 1, "A"))
TWINS: Content = (*ACTIVE, Text("job", 1, "A"))
REBOOT: Content = (*ACTIVE, Text("job", 1, "@reboot"))

THERE = ("hand over",)
BACK = ("roll back",)
OVER = ("hand over", "roll back", "hand over")
ANY = ("start", "add", "delete", "stop", "mark", "unrelated", "touch")
OLD = ("start old", "unrelated old", "delete old", "stop old")
OF_TWO = (*ANY, "schedule")

PLAIN = (
    # nobody does anything odd: each minute runs once, however late it is delivered
    Scenario("there", 2, 180, ACTIVE, commands=THERE),
    Scenario("there and back", 2, 120, ACTIVE, commands=OVER[:2]),
    Scenario("two entries, there", 1, 60, TWO, ("A", "B"), commands=("hand over 0", "hand over 1")),
    Scenario("beside @reboot", 2, 60, REBOOT, ("A",), commands=THERE),
    Scenario("hosts without the line", 2, 180, (), commands=("live on",)),
    Scenario("one host of two, there", 2, 60, ACTIVE, commands=(*THERE, "live on"), left=Left(kills=1), one=True),
    Scenario("one host of two, back", 1, 60, ACTIVE, commands=(*THERE, "live on", "live off", *BACK), left=Left(kills=1), one=True),
    Scenario("a rare job, there, back and there", 4, 120, ACTIVE, commands=OVER, every=180),
    Scenario("delivered twice", 2, 60, MARKED, commands=BACK, left=Left(twice=2)),
    Scenario("killed", 2, 120, ACTIVE, commands=OVER[:2], left=Left(kills=1)),
    Scenario("the clock is behind", 2, 60, ACTIVE, commands=THERE, early=True),
    Scenario("the daemon is late", 2, 60, ACTIVE, commands=OVER[:2], left=Left(late=3)),
)  # fmt: skip

ODD = (

    Scenario("stopped on the way there", 3, 60, ACTIVE, commands=THERE, left=Left(kills=1, stops=3)),
    Scenario("stopped on the way back", 3, 60, MARKED, commands=BACK, left=Left(kills=1, stops=3)),
    Scenario("another edit, cron's", 2, 120, ACTIVE, kinds=ANY, left=Left(foreign=1)),
    Scenario("another edit, the task's", 2, 120, MARKED, kinds=ANY, left=Left(foreign=1)),
    Scenario("another edit, stopped", 2, 120, STOPPED, kinds=ANY, left=Left(foreign=1)),
    Scenario("two other edits, the task's", 1, 60, MARKED, kinds=ANY, left=Left(foreign=2)),
    Scenario("two other edits, cron's", 1, 60, ACTIVE, kinds=("mark", "stop", "start"), left=Left(foreign=2)),
    Scenario("old mtimes", 2, 60, ACTIVE, kinds=("unrelated old", "mark old"), left=Left(foreign=2)),
    Scenario("another edit on the way there", 1, 60, ACTIVE, commands=THERE, kinds=ANY, left=Left(foreign=1, kills=1, stops=1)),
    Scenario("another edit on the way back", 1, 60, MARKED, commands=BACK, kinds=ANY, left=Left(foreign=1, kills=1, stops=1)),
    Scenario("an old mtime", 2, 60, ACTIVE, commands=THERE, kinds=OLD, left=Left(foreign=1)),
    Scenario("a late daemon, another edit", 2, 60, MARKED, kinds=ANY, left=Left(foreign=1, late=3)),
    Scenario("no history", 2, 60, MARKED, kinds=ANY, left=Left(foreign=1), history=False),
    Scenario("a manager drops the line", 2, 120, ACTIVE, kinds=("delete", "unrelated", "stop"), left=Left(foreign=1), removal=True),
    Scenario("LiveFrom, and the line comes", 2, 120, (), commands=("live on",), kinds=("add", "unrelated"), left=Left(foreign=1)),
    Scenario("one host of two, the line comes back", 1, 60, ACTIVE, commands=(*THERE, "live on"), kinds=("start", "add"), left=Left(foreign=1), one=True),
    Scenario("one of two entries", 1, 60, ONE_OF_TWO, ("A", "B"), commands=("roll back 0",), kinds=OF_TWO, left=Left(foreign=1)),
    Scenario("two entries", 1, 60, TWO_MARKED, ("A", "B"), kinds=OF_TWO, left=Left(foreign=1)),
    Scenario("equal lines", 1, 60, TWINS_MARKED, ("A", "A"), kinds=("start", "add", "delete"), left=Left(foreign=1)),
)  # fmt: skip

SMALL = (*PLAIN, *ODD)

LARGE = (
    Scenario("there, back and there", 3, 180, ACTIVE, commands=OVER),
    Scenario("there, back and there, killed", 3, 180, ACTIVE, commands=OVER, left=Left(kills=2)),
    Scenario("there and back, stopped", 3, 120, ACTIVE, commands=OVER[:2], left=Left(kills=1, stops=3, late=1)),
    Scenario("another edit, there and back", 2, 120, ACTIVE, commands=OVER[:2], kinds=ANY, left=Left(foreign=1, kills=1, stops=1)),
    Scenario("another edit, late deliveries", 3, 180, MARKED, kinds=ANY, left=Left(foreign=1, late=1)),
    Scenario("any two other edits, cron's", 2, 120, ACTIVE, kinds=(*ANY, *OLD), left=Left(foreign=2)),
    Scenario("any two other edits, the task's", 2, 120, MARKED, kinds=(*ANY, *OLD), left=Left(foreign=2)),
    Scenario("two other edits and a hand-over", 2, 60, ACTIVE, commands=THERE, kinds=ANY, left=Left(foreign=2)),
    Scenario("a manager's way", 3, 120, ACTIVE, kinds=("delete", "add", "unrelated", "stop"), left=Left(foreign=2), removal=True),
    Scenario("LiveFrom, two edits", 3, 120, (), commands=("live on",), kinds=("add", "delete", "unrelated"), left=Left(foreign=2)),
    Scenario("one host of two", 2, 120, ACTIVE, commands=(*THERE, "live on", "live off", *BACK), kinds=("start", "add", "stop"), left=Left(foreign=1, kills=1), one=True),
    Scenario("two entries, there and back", 2, 60, TWO, ("A", "B"), commands=("hand over 0", "hand over 1", "roll back 0"), kinds=OF_TWO, left=Left(foreign=1)),
    Scenario("a rare job, killed and stopped", 4, 60, ACTIVE, commands=OVER, left=Left(kills=2, stops=2), every=180),
    Scenario("a rare job, another edit", 4, 60, MARKED, commands=("roll back", "hand over"), kinds=ANY, left=Left(foreign=1, kills=1), every=180),
    Scenario("twins", 2, 60, TWINS, ("A", "A"), commands=("hand over 0", "hand over 1"), kinds=OF_TWO, left=Left(foreign=1)),
    Scenario("the clock is behind, another edit", 3, 60, ACTIVE, commands=OVER[:2], kinds=ANY, left=Left(foreign=1), early=True),
)  # fmt: skip

SHOWN = {
    "the crontab was changed around the minute": "another edit, the task's",
    "the line was stopped right after the minute": "another edit, cron's",
    "the mark came right after the minute": "another edit, stopped",
    "the line was marked and then stopped": "two other edits, cron's",
    "an edit within our own": "another edit on the way back",
    "the daemon was late": "a late daemon, another edit",
    "the line came back on one host of several": "one host of two, the line comes back",
    "one of several equal lines came back": "equal lines",
    "two changes between two looks": "two other edits, the task's",
    "two writes with one mtime": "old mtimes",
}
"""For each row of the exceptions a scenario in which it happens."""
