"""A fleet is handed over in waves: what stops one, what keeps a host out, and what comes last."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from cron2aws.errors import SafetyError
from cron2aws.handover.crontabs import Back
from cron2aws.handover.looks import Looks
from cron2aws.handover.returning import Return
from cron2aws.plan.values import Deployed
from tests.fleet_case import ETC, LINE, NONE, FleetCase

NAMES = ["a", "b", "c", "d"]


@pytest.fixture
def case() -> FleetCase:
    return FleetCase(texts=dict.fromkeys(NAMES, LINE))


def task(case: FleetCase) -> Deployed:
    (found,) = case.stacks.deployed()
    return found


def marked(case: FleetCase) -> list[str]:
    return [name for name, text in case.texts.items() if "# cron2aws:" in text]


def test_wave_by_wave(case: FleetCase) -> None:
    outcome = case.hand_over("1,2,rest")
    assert case.edited == [["a"], ["b", "c"], ["d"]]
    assert marked(case) == NAMES
    assert outcome.is_whole
    assert [each.left for each in outcome.hosts] == [0] * 4
    # the latest minute of all
    minutes = [each.minutes[ETC] for each in outcome.hosts]
    assert task(case).parameters["LiveFrom"] == f"{max(filter(None, minutes)):%Y-%m-%dT%H:%MZ}"


def test_a_line_stands_elsewhere_in_each_crontab() -> None:
    case = FleetCase(texts={"a": LINE, "b": f"# one\n# two\n{LINE}"})
    assert case.hand_over().is_whole
    assert marked(case) == ["a", "b"]


def test_a_failure_stops_the_next_wave(case: FleetCase) -> None:
    case.refuses["b"] = "the disk is full"
    outcome = case.hand_over("1,2,rest")
    assert case.edited == [["a"], ["b", "c"]]
    assert marked(case) == ["a", "c"]
    assert outcome.done == ()
    assert not outcome.is_whole
    rows = {each.label: (each.left, each.why, each.untried) for each in outcome.hosts}
    assert rows == {
        "a": (0, "", False),
        "b": (1, f"{ETC} is not edited: the disk is full", False),
        "c": (0, "", False),
        "d": (1, "", True),
    }
    assert not task(case).parameters.get("LiveFrom")
    # the same command again
    case.refuses.clear()
    assert case.hand_over("1,2,rest").is_whole
    assert case.edited[2:] == [["b"], ["d"]]
    assert task(case).parameters["LiveFrom"]


def test_a_command_that_ended_before_the_last_step_is_gone_on_with(case: FleetCase) -> None:
    case.stacks.refuses.add(("update", "x"))
    case.hand_over()
    stack = task(case)
    case.stacks.flip(stack, {"LiveFrom": ""})
    assert [step.comment_out for step in case.plan().work] == [False]
    case.hand_over()
    assert task(case).parameters["LiveFrom"] == stack.parameters["LiveFrom"]


@pytest.mark.parametrize("how", ["troubles", "unfit", "silent"])
def test_a_host_that_is_not_ready_stays_with_its_cron(case: FleetCase, how: str) -> None:
    where = getattr(case, how)
    where.add("a") if how == "silent" else where.update({"a": "no such user"})
    outcome = case.hand_over("1,rest")
    assert case.edited == [["b"], ["c", "d"]]
    (row,) = [each for each in outcome.hosts if each.left]
    assert (row.label, row.untried) == ("a", False)
    assert "no such user" in row.why or "did not answer" in row.why
    # the others are whole, and hosts that join later run it
    assert task(case).parameters["LiveFrom"]
    assert not outcome.is_whole


def test_a_task_that_runs_on_one_waits_for_all(case: FleetCase) -> None:
    case.troubles["d"] = "no such user"
    outcome = case.hand_over(run_on="one")
    assert case.edited == []
    (failed,) = outcome.failed
    assert "d (i-d): no such user" in (failed.error.why or "")


@pytest.mark.parametrize(
    ("run_on", "unread", "sets"),
    [
        ("all", (), True),
        ("one", (), True),
        ("marked", (), False),
        ("all", ("x",), True),
        ("one", ("x",), False),
    ],
)
def test_hosts_without_the_line(run_on: str, unread: tuple[str, ...], sets: bool) -> None:
    case = FleetCase(texts={"a": LINE, "b": NONE, "c": LINE}, unread=unread)
    assert case.hand_over(run_on=run_on).is_whole
    assert case.edited == [["a"], ["c"]]
    assert case.texts["b"] == NONE
    assert bool(task(case).parameters.get("LiveFrom")) is sets


@pytest.mark.parametrize(("run_on", "tells"), [("all", True), ("one", True), ("marked", False)])
def test_a_wave_that_fails_lets_no_other_host_run_it(
    case: FleetCase, run_on: str, *, tells: bool
) -> None:
    """Nothing is lost: such a host ran nothing before. What runs where is told."""
    case.refuses["b"] = "its disk is full"
    case.hand_over("1,1,rest", run_on=run_on)
    assert marked(case) == ["a"]
    assert not task(case).parameters.get("LiveFrom")
    told = [each for each in case.progress.said if "do not run it yet" in each]
    assert len(told) == tells
    assert all("the hand-over has not come to all hosts" in each for each in told)
    # the same command goes on, and sets it
    case.refuses.clear()
    assert case.hand_over("rest", run_on=run_on).is_whole
    assert bool(task(case).parameters.get("LiveFrom")) is tells


def test_a_stack_that_is_taken_away_right_after_the_edits_runs_nowhere(case: FleetCase) -> None:
    """Not: the task runs its job."""
    looks = case.prober.look

    def then(stacks: Sequence[Deployed]) -> Looks:
        found = looks(stacks)
        if marked(case) == NAMES:
            case.stacks.flip(task(case), {"Enabled": "false"})
        return found

    vars(case.prober)["look"] = then
    (failed,) = case.hand_over("rest").failed
    assert failed.what.startswith("letting hosts without the line run")
    assert "no task runs its job: it runs nowhere" in (failed.error.fix or "")


class TestAnAnswerThatIsLost:
    """The probe after the wave says what became of the edit."""

    def test_it_was_made(self, case: FleetCase) -> None:
        case.lost["a"] = True
        outcome = case.hand_over()
        assert outcome.is_whole
        assert marked(case) == NAMES
        assert "a: the probe finds its line marked" in case.progress.said

    def test_it_was_not(self, case: FleetCase) -> None:
        case.lost["a"] = False
        outcome = case.hand_over()
        assert marked(case) == []
        rows = {each.label: (each.why, each.untried) for each in outcome.hosts}
        why = "its edit did not come about, as the probe finds the line active in its crontab"
        assert rows["a"] == (f"{why}: it is not heard of", False)
        assert rows["b"] == ("", True)

    def test_nobody_knows(self, case: FleetCase) -> None:
        """Its line is told as what it is: neither as before nor handed over."""
        case.lost["a"] = True
        case.meanwhile = lambda: case.silent.add("a")
        outcome = case.hand_over()
        row = outcome.hosts[0]
        assert (row.left, row.amiss, row.unknown) == (0, 0, 1)
        assert row.why == f"{ETC} is not edited: it is not heard of"
        assert not outcome.is_whole

    def test_its_minute_is_not_known(self, case: FleetCase) -> None:
        """With RunOn=one no host without the line may run it before that minute."""
        case.lost["d"] = True
        assert case.hand_over(run_on="one").is_whole
        assert not task(case).parameters.get("LiveFrom")
        # its mark has it
        case.hand_over(run_on="one")
        assert task(case).parameters["LiveFrom"]


def test_what_the_probe_finds_after_a_wave_stops_the_next(case: FleetCase) -> None:
    case.hand_over("rest")
    case.texts = dict.fromkeys(NAMES, LINE)
    looks = case.prober.answer(task(case))
    case.prober.answers[task(case).stack_name] = looks
    outcome = case.hand_over("1,rest")
    assert case.edited[1:] == [["a"]]
    row = outcome.hosts[0]
    assert row.why == "after the edit: the probe finds the line active in its crontab"
    assert (row.left, row.amiss) == (1, 0)


def test_a_line_that_is_handed_over_is_not_told_as_before(case: FleetCase) -> None:
    case.meanwhile = lambda: case.troubles.update(a="no room for its ledger")
    outcome = case.hand_over("1,rest")
    row = outcome.hosts[0]
    assert marked(case) == ["a"]
    assert (row.left, row.amiss, row.why) == (0, 1, "after the edit: no room for its ledger")
    assert not outcome.is_whole


@pytest.mark.parametrize("run_on", ["all", "one"])
def test_a_host_that_joins_meanwhile_is_told(case: FleetCase, run_on: str) -> None:
    """With `one` a host without the line would run it beside the newcomer's cron."""
    case.meanwhile = lambda: case.texts.update(new=LINE)
    outcome = case.hand_over(run_on=run_on)
    assert marked(case) == NAMES
    row = outcome.hosts[-1]
    assert (row.label, row.left) == ("i-new", 1)
    assert row.why == "it has joined since this command began; its cron runs its lines"
    assert not outcome.is_whole
    assert bool(task(case).parameters.get("LiveFrom")) is (run_on == "all")


def test_a_stack_that_is_taken_away_meanwhile(case: FleetCase) -> None:
    case.meanwhile = lambda: case.stacks.flip(task(case), {"Enabled": "false"})
    outcome = case.hand_over("1,rest")
    assert case.edited == [["a"]]
    rows = {each.label: each.why for each in outcome.hosts}
    assert "no longer as it was checked: somebody changed Enabled" in rows["b"]


@pytest.mark.parametrize("run_on", ["all", "one", "marked"])
@pytest.mark.parametrize("acts", range(9))
def test_a_command_that_is_killed_is_gone_on_with(run_on: str, acts: int) -> None:
    """At any moment: out, and back; no host without the line runs it before all are done."""
    texts = {"a": LINE, "b": f"# b\n{LINE}", "c": NONE, "d": LINE}
    case = FleetCase(texts=dict(texts))

    def until_done(do: Callable[[], object]) -> None:
        case.acts = acts
        try:
            do()
        except KeyboardInterrupt:
            if run_on == "one" and case.stacks.deployed() and len(marked(case)) < 3:
                assert not task(case).parameters.get("LiveFrom")
            assert case.texts["c"] == NONE
        case.acts = None
        do()

    until_done(lambda: case.hand_over("1,rest", run_on=run_on))
    assert marked(case) == ["a", "b", "d"]
    assert task(case).enabled
    assert bool(task(case).parameters.get("LiveFrom")) is (run_on != "marked")

    def back() -> None:
        if not case.stacks.deployed():
            return
        stack = task(case)
        line = Back(id=stack.id, source=ETC, rule_name=stack.parameters["RuleName"])
        on = {case.id_of(name): line for name in marked(case)}
        one = Return(id=stack.id, stack=stack, line=None, on=on, seen=True, elsewhere=True)
        assert case.take_back([one]).failed == ()

    until_done(back)
    assert (case.texts, case.stacks.deployed()) == (texts, ())


class TestTheWayBack:
    @pytest.fixture
    def out(self, case: FleetCase) -> FleetCase:
        case.hand_over("rest", run_on="one")
        case.edited.clear()
        return case

    @staticmethod
    def returns(case: FleetCase, *unread: str) -> list[Return]:
        stack = task(case)
        back = Back(id=stack.id, source=ETC, rule_name=stack.parameters["RuleName"])
        on = {case.id_of(name): back for name in marked(case)}
        rows = {case.id_of(name): name for name in unread}
        return [
            Return(
                id=stack.id, stack=stack, line=None, on=on, seen=True, elsewhere=True, unread=rows
            )
        ]

    def test_all_at_once(self, out: FleetCase) -> None:
        taken = out.take_back(self.returns(out))
        assert out.edited == [NAMES]
        assert set(out.texts.values()) == {LINE}
        assert (taken.failed, out.stacks.deployed()) == ((), ())
        changes = [what for _, what, _, given in out.stacks.log if given.get("LiveFrom") == ""]
        assert changes  # before the lines: else a host without one ran it beside a cron

    def test_one_that_cannot_be_edited_keeps_the_stack(self, out: FleetCase) -> None:
        out.refuses["c"] = "the disk is full"
        taken = out.take_back(self.returns(out))
        assert marked(out) == ["c"]
        (failed,) = taken.failed
        assert failed.error.what.endswith("is not back on 1 of 4 hosts")
        assert "c: /etc/crontab is not edited: the disk is full" in (failed.error.why or "")
        assert "still marked" in (failed.error.fix or "")
        assert task(out).enabled
        out.refuses.clear()
        assert out.take_back(self.returns(out)).failed == ()

    def test_one_that_is_not_heard_of_may_be_either(self, out: FleetCase) -> None:
        out.lost["c"] = True
        (failed,) = out.take_back(self.returns(out)).failed
        assert "marked" not in (failed.error.fix or "")
        assert task(out).enabled

    @pytest.mark.parametrize("answers", [True, False])
    def test_one_that_was_not_read(self, out: FleetCase, answers: bool) -> None:
        """What it says to the task itself is enough."""
        out.texts["x"] = LINE
        returns = self.returns(out, "x")
        if not answers:
            out.silent.add("x")
        failed = out.take_back(returns).failed
        assert bool(failed) is not answers
        if failed:
            assert isinstance(failed[0].error, SafetyError)
            assert "x would run the job nowhere" in (failed[0].error.why or "")
