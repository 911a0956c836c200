"""The door to AWS: what is wrong with an account, a region or credentials, and what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import botocore.exceptions
import pytest
from botocore.client import BaseClient

from cron2aws.aws.commands import Commands
from cron2aws.aws.failures import translated
from cron2aws.aws.runs import Run, Runs
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.errors import AwsError, UsageError
from cron2aws.plan.reports import Report, Seen
from tests.functional.cli import cron2aws
from tests.stubs import Played, keys, nothing

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SETTINGS = AwsSettings(region="eu-west-1")


def ended_by(error: str, said: Mapping[str, object]) -> str:
    """The output of an execution that an error of its function led to its end."""
    cause = {"errorMessage": json.dumps(said), "errorType": error, "stackTrace": []}
    return json.dumps({"Error": error, "Cause": json.dumps(cause)})


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing(monkeypatch)


def test_no_credentials() -> None:
    with pytest.raises(AwsError, match="no AWS credentials were found") as failed:
        Session(SETTINGS).account()
    assert failed.value.exit_code == 5
    assert "--profile" in (failed.value.fix or "")
    assert "--sandbox" in (failed.value.fix or "")


def test_no_region() -> None:
    with pytest.raises(UsageError, match="no AWS region") as failed:
        Session(AwsSettings())
    assert failed.value.exit_code == 2
    assert "--region" in (failed.value.fix or "")


def test_an_unknown_profile() -> None:
    with pytest.raises(UsageError, match="nosuch") as failed:
        Session(AwsSettings(profile="nosuch", region="eu-west-1"))
    assert "list-profiles" in (failed.value.fix or "")


def test_an_unknown_profile_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nosuch")
    with pytest.raises(UsageError, match="nosuch"):
        Session(SETTINGS)


def test_a_configuration_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "config"
    broken.write_text("[default\nregion = x")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(broken))
    with pytest.raises(UsageError, match="configuration cannot be read"):
        Session(AwsSettings())


def test_half_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "only")
    with pytest.raises(AwsError, match="AWS_SECRET_ACCESS_KEY"):
        Session(SETTINGS).account()


@pytest.mark.parametrize("url", ["127.0.0.1:5111", "nonsense"])
def test_an_endpoint_that_is_no_address(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    keys(monkeypatch)
    with pytest.raises(UsageError, match=url) as failed:
        Session(AwsSettings(region="eu-west-1", endpoint_url=url)).account()
    assert "http://" in (failed.value.fix or "")


def test_what_a_session_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    keys(monkeypatch)
    session = Session(AwsSettings(region="cn-north-1"))
    assert session.region == "cn-north-1"
    assert session.client("sts") is session.client("sts")


def test_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    keys(monkeypatch)
    aws = Played("sts")
    aws.stub.add_response("get_caller_identity", {"Account": "123456789012"})
    assert aws.session.account() == "123456789012"


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("AccessDenied", "permission for GetCallerIdentity"),
        ("AccessDeniedException", "permission for GetCallerIdentity"),
        ("UnauthorizedOperation", "permission for GetCallerIdentity"),
        ("ExpiredToken", "log in again"),
        ("ExpiredTokenException", "log in again"),
        ("InvalidClientTokenId", "log in again"),
        ("UnrecognizedClientException", "log in again"),
        ("RequestExpired", "log in again"),
        ("Throttling", "try again in a minute"),
        ("InternalFailure", ""),
    ],
)
def test_a_refusal_says_what_aws_said_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, code: str, advice: str
) -> None:
    keys(monkeypatch)
    aws = Played("sts")
    aws.refuses("get_caller_identity", code, "AWS's own words", http=403)
    with pytest.raises(AwsError, match=f"{code}: AWS's own words") as failed:
        aws.session.account()
    assert failed.value.exit_code == 5
    assert failed.value.what == "asking AWS who we are failed"
    assert advice in (failed.value.fix or "")
    assert bool(advice) is bool(failed.value.fix)


@pytest.mark.parametrize(
    ("error", "why", "advice"),
    [
        (
            botocore.exceptions.EndpointConnectionError(endpoint_url="https://x"),
            "Could not connect",
            "check the network",
        ),
        (botocore.exceptions.UnauthorizedSSOTokenError(), "expired", "log in again"),
        (
            botocore.exceptions.CredentialRetrievalError(provider="process", error_msg="exit 1"),
            "exit 1",
            "log in again",
        ),
    ],
)
def test_what_never_reached_aws(error: Exception, why: str, advice: str | None) -> None:
    with pytest.raises(AwsError, match=why) as failed, translated("trying"):
        raise error
    assert (advice or "") in (failed.value.fix or "")
    assert (advice is None) is (failed.value.fix is None)


def test_a_bug_is_not_translated() -> None:
    with pytest.raises(KeyError), translated("trying"):
        raise KeyError


@pytest.mark.parametrize(
    ("settings", "region", "code", "told"),
    [
        ((), None, 2, "hint: give --region, or set AWS_DEFAULT_REGION"),
        (("--profile", "nosuch"), "eu-west-1", 2, "hint: `aws configure list-profiles`"),
        ((), "eu-west-1", 5, "hint: set AWS_PROFILE or give --profile"),
        (("--region", "eu-west-1"), None, 5, "no AWS credentials were found"),
        (("--endpoint-url", "nonsense"), "eu-west-1", 2, "Invalid endpoint: nonsense"),
    ],
)
def test_commands_end_with_the_advice(
    monkeypatch: pytest.MonkeyPatch,
    settings: tuple[str, ...],
    region: str | None,
    code: int,
    told: str,
) -> None:
    if region:
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    answer = cron2aws(*settings, "status")
    assert (answer.code, answer.out) == (code, "")
    assert told in answer.err


class TestRuns:
    """Executions, page by page."""

    @pytest.fixture
    def aws(self, monkeypatch: pytest.MonkeyPatch) -> Played:
        keys(monkeypatch)
        return Played("stepfunctions")

    @staticmethod
    def run(name: str, status: str = "RUNNING") -> dict[str, object]:
        arn = f"arn:aws:states:eu-west-1:123456789012:execution:m:{name}"
        return {
            "executionArn": arn,
            "stateMachineArn": "m",
            "name": name,
            "status": status,
            "startDate": NOW,
        }

    def test_every_running_one_is_listed(self, aws: Played) -> None:
        first = {"executions": [self.run("a")], "nextToken": "2"}
        aws.stub.add_response("list_executions", first)
        aws.stub.add_response("list_executions", {"executions": [self.run("b")]})
        assert [run.name for run in Runs(aws.session).running("m")] == ["a", "b"]

    def test_a_task_that_never_ran(self, aws: Played) -> None:
        aws.stub.add_response("list_executions", {"executions": []})
        assert Runs(aws.session).seen("m") == Seen()

    def test_a_machine_that_is_gone_runs_nothing(self, aws: Played) -> None:
        aws.refuses("list_executions", "StateMachineDoesNotExist", "gone")
        assert Runs(aws.session).seen("m") == Seen()
        aws.refuses("list_executions", "StateMachineDoesNotExist", "gone")
        assert Runs(aws.session).running("m") == ()
        aws.refuses("list_executions", "AccessDeniedException", "no")
        with pytest.raises(AwsError, match="listing the running executions failed"):
            Runs(aws.session).running("m")

    @pytest.mark.parametrize("outcome", ["handed-over", "duplicate", "skipped"])
    def test_an_execution_that_sent_nothing_is_not_the_last_run(
        self, aws: Played, outcome: str
    ) -> None:
        later = {**self.run("later", "SUCCEEDED"), "startDate": NOW + timedelta(seconds=1)}
        minute = self.run("2026-11-23T10-00Z", "SUCCEEDED")
        aws.stub.add_response("list_executions", {"executions": [minute, later]})
        for each, ended in ((later, outcome), (minute, "succeeded")):
            output = {"output": json.dumps({"run": {"outcome": ended}})}
            aws.stub.add_response("describe_execution", {**each, **output})
        last = Runs(aws.session).seen("m").last
        assert isinstance(last, Run)
        assert last.name == "2026-11-23T10-00Z"

    @pytest.mark.parametrize(
        ("error", "said", "runs"),
        [
            ("Skipped", {"reason": "2027-03-14 in UTC is not one of the days 1"}, False),
            ("Skipped", {"reason": "no line", "hosts": {"i-1": "not-here"}}, False),
            ("Duplicate", {"reason": "it was started", "run": "2026-11-23T10-00Z"}, False),
            ("HandedOver", {"run": "2026-11-23T10-00Z", "execution": "arn:aws:x"}, False),
            ("Silent", {"hosts": {"i-1": "ran"}}, True),
        ],
    )
    def test_an_error_by_which_a_run_ended_well_is_read_as_its_outcome(
        self, aws: Played, error: str, said: dict[str, object], *, runs: bool
    ) -> None:
        only = self.run("4711", "SUCCEEDED")
        output = {"output": ended_by(error, said)}
        aws.stub.add_response("list_executions", {"executions": [only]})
        aws.stub.add_response("describe_execution", {**only, **output})
        seen = Runs(aws.session).seen("m")
        assert (seen.last is not None) is runs
        assert seen.hosts == said.get("hosts", {})
        aws.stub.add_response("describe_execution", {**only, **output})
        _, told = Runs(aws.session).look("arn")
        words = {"Silent": "succeeded", "HandedOver": "handed-over"}
        assert told == {"run": {**said, "outcome": words.get(error, error.lower())}}

    @pytest.mark.parametrize("cause", ["", "nonsense", "[]", '{"errorMessage": "[1]"}', None])
    def test_an_error_whose_cause_is_another_text_is_read_by_its_name(
        self, aws: Played, cause: str | None
    ) -> None:
        output = json.dumps({"Error": "Skipped", "Cause": cause})
        only = {**self.run("4711", "SUCCEEDED"), "output": output}
        aws.stub.add_response("describe_execution", only)
        assert Runs(aws.session).look("arn")[1] == {"run": {"outcome": "skipped"}}

    def test_a_second_delivery_says_nothing_of_how_the_hosts_stand(self, aws: Played) -> None:
        """Its hosts had run the minute already; what they said of themselves stands before."""
        second = {**self.run("4712", "SUCCEEDED"), "startDate": NOW + timedelta(seconds=2)}
        first = self.run("4711", "SUCCEEDED")
        aws.stub.add_response("list_executions", {"executions": [second, first]})
        said = {"reason": "the host has run this minute already", "hosts": {"i-1": "duplicate"}}
        output = ended_by("Skipped", said)
        aws.stub.add_response("describe_execution", {**second, "output": output})
        ran = json.dumps({"run": {"outcome": "succeeded", "hosts": {"i-1": "ran"}}})
        aws.stub.add_response("describe_execution", {**first, "output": ran})
        seen = Runs(aws.session).seen("m")
        assert (seen.hosts, seen.at) == ({"i-1": "ran"}, NOW)
        assert isinstance(seen.last, Run)
        assert seen.last.name == "4711"

    def test_what_the_hosts_reported_last(self, aws: Played) -> None:
        """A probe tells nothing of runs; a run that goes on has no report yet."""
        each = {
            name: {**self.run(name, status), "startDate": NOW - timedelta(minutes=number)}
            for number, (name, status) in enumerate(
                [("probe-1", "SUCCEEDED"), ("3", "RUNNING"), ("2", "SUCCEEDED"), ("1", "FAILED")]
            )
        }
        aws.stub.add_response("list_executions", {"executions": list(each.values())})
        hosts = {"i-1": "ok exit=0", "i-2": "left-to-cron"}
        output = json.dumps({"run": {"outcome": "succeeded", "hosts": hosts}})
        aws.stub.add_response("describe_execution", {**each["2"], "output": output})
        seen = Runs(aws.session).seen("m")
        assert seen.hosts == {"i-1": "ok", "i-2": "left-to-cron"}
        assert seen.at == NOW - timedelta(minutes=2)
        assert isinstance(seen.last, Run)
        assert isinstance(seen.ended, Run)
        assert (seen.last.name, seen.ended.name) == ("3", "2")

    def reports(self, aws: Played, *words: Mapping[str, str]) -> list[str]:
        """Runs of the minutes before, the newest first; which of them are looked at, in order."""
        runs, asked = [], list[str]()
        for number, hosts in enumerate(words):
            started = NOW - timedelta(minutes=number)
            output = json.dumps({"run": {"outcome": "succeeded", "hosts": hosts}})
            run = {**self.run(f"{started:%Y-%m-%dT%H-%MZ}", "SUCCEEDED"), "startDate": started}
            runs.append((run, output))
        listed = {"executions": [run for run, _ in runs]}
        outputs = {str(run["executionArn"]): {**run, "output": output} for run, output in runs}

        class States:
            """Answers as often as it is asked."""

            exceptions = aws.session.client("stepfunctions").exceptions

            def list_executions(self, **given: object) -> object:
                asked.append(f"{given['maxResults']} listed")
                return {**listed, "ResponseMetadata": {}}

            def describe_execution(self, executionArn: str) -> object:
                asked.append(executionArn.rpartition(":")[2])
                return {**outputs[executionArn], "ResponseMetadata": {}}

        aws.session._clients["stepfunctions"] = cast(BaseClient, States())
        return asked

    @pytest.mark.parametrize("runs", [0, 10, 29])
    def test_whether_a_host_has_run_it(self, aws: Played, runs: int) -> None:
        """As the newest report says, or one of those that it is compared with."""
        words = [{"i-1": "ran exit=0" if n == runs else "left-to-cron"} for n in range(30)]
        self.reports(aws, *words)
        assert Runs(aws.session).seen("m", compares=True).ran
        words[runs] = {"i-1": "left-to-cron"}
        self.reports(aws, *words)
        assert not Runs(aws.session).seen("m", compares=True).ran

    def test_why_the_last_one_failed_on_which_host(self, aws: Played) -> None:
        """In the words of the message; what a job prints is none of them."""
        run = self.run("2026-11-23T10-00Z", "FAILED")
        aws.stub.add_response("list_executions", {"executions": [run]})
        stopped = "it did not run: somebody commented its line out on the host"
        cause = (
            f"Task       a\nResult     FAILED on 3 of 4 hosts\n\nFAILED i-0a web-1: {stopped}\n"
            f"FAILED i-0b: it did not run: no crontab of any host has its line\n"
            f"FAILED i-0c a: b: {stopped}\nFAILED i-0d web: it ran and ended with exit code 1\n"
            f"  | FAILED i-0e web: {stopped}\nok     i-0f web: it ran and ended with exit code 0\n"
        )
        aws.stub.add_response("describe_execution", {**run, "cause": cause, "error": "x"})
        assert Runs(aws.session).seen("m").failed == {
            "i-0a": "stopped-by-hand", "i-0b": "not-here", "i-0c": "", "i-0d": "",
        }  # fmt: skip

    def test_who_is_missing_in_the_newest_report(self, aws: Played) -> None:
        """Two older reports tell: a near one of who came late, the oldest of the others."""
        words = [{"i-1": "ran"} for _ in range(30)]
        words[3] |= {"i-never-looked-for": "ran"}
        words[10] |= {"i-late": "ran", "i-2": "ran"}
        words[29] |= {"i-2": "left-to-cron exit=-", "i-early": "ran"}
        asked = self.reports(aws, *words)
        assert Runs(aws.session).seen("m").missed == set()
        assert asked == ["20 listed", "2026-11-23T10-00Z"]
        asked.clear()
        assert Runs(aws.session).seen("m", compares=True).missed == {"i-late", "i-2", "i-early"}
        assert asked == [
            "1000 listed", "2026-11-23T10-00Z", "2026-11-23T09-50Z", "2026-11-23T09-31Z"
        ]  # fmt: skip

    def test_what_only_handed_over_is_no_report(self, aws: Played) -> None:
        """Where it is the oldest that is listed, the one after it tells."""
        asked = self.reports(aws, {"i-1": "ran"}, *[{"i-2": "ran"}] * 12, {})
        assert Runs(aws.session).seen("m", compares=True).missed == {"i-2"}
        assert asked[-2:] == ["2026-11-23T09-47Z", "2026-11-23T09-48Z"]
        report = Runs(aws.session).last_report("m", "i-2", NOW)
        assert report == Report(word="ran", at=NOW - timedelta(minutes=1))

    def test_the_first_report_has_none_to_be_compared_with(self, aws: Played) -> None:
        asked = self.reports(aws, {"i-1": "ran"})
        assert Runs(aws.session).seen("m", compares=True).missed == set()
        assert len(asked) == 2

    @pytest.mark.parametrize("gone", range(1, 30))
    def test_the_last_report_of_an_instance(self, aws: Played, gone: int) -> None:
        """Wherever it is: in the oldest it was cron's, and every fifth run sent nothing."""
        words = [{"i-1": "ran"} | ({"i-2": "ran"} if n >= gone else {}) for n in range(31)]
        words[30] = {"i-2": "left-to-cron"}
        for each in words[5:30:5]:
            each.clear()
        last = gone + 1 if gone % 5 == 0 else gone
        asked = self.reports(aws, *words)
        found = Runs(aws.session).last_report("m", "i-2", NOW)
        said = "left-to-cron" if last == 30 else "ran"
        assert found == Report(word=said, at=NOW - timedelta(minutes=last))
        assert len(asked) < 14
        assert Runs(aws.session).last_report("m", "i-3", NOW) is None

    def test_the_last_that_ended_failed(self, aws: Played) -> None:
        runs = [self.run("2"), {**self.run("1", "FAILED"), "startDate": NOW - timedelta(hours=1)}]
        aws.stub.add_response("list_executions", {"executions": runs})
        aws.stub.add_response("describe_execution", runs[1])
        seen = Runs(aws.session).seen("m")
        assert isinstance(seen.ended, Run)
        assert (seen.ended.name, seen.hosts, seen.at) == ("1", {}, None)

    def test_moments_are_in_utc_wherever_one_is(self, aws: Played) -> None:
        tokyo = NOW.astimezone(ZoneInfo("Asia/Tokyo"))
        raw = {**self.run("a", "FAILED"), "startDate": tokyo, "stopDate": tokyo}
        aws.stub.add_response("describe_execution", raw)
        run, _ = Runs(aws.session).look("arn")
        assert run.ended
        assert [str(each.tzinfo) for each in (run.started, run.ended)] == ["UTC", "UTC"]

    def test_the_command_of_a_run_is_the_one_it_sent_last(self, aws: Played) -> None:
        def left(number: int, state: str, **run: str) -> dict[str, object]:
            details = {"name": state, "output": json.dumps({"run": run})}
            kind = {"id": number, "type": "TaskStateExited", "timestamp": NOW}
            return {**kind, "stateExitedEventDetails": details}

        waiting = {"id": 9, "type": "TaskFailed", "timestamp": NOW}
        for events, command in (
            ([waiting], None),
            ([waiting, left(3, "Send", command_id="c-1")], "c-1"),
            ([left(8, "Send", command_id="c-2"), left(3, "Send", command_id="c-1")], "c-2"),
            ([left(3, "Send", command_id="c-1"), left(8, "Send", command_id="c-2")], "c-2"),
            ([left(8, "WaitForHosts", command_id="c-1")], None),
            ([left(3, "Send", outcome="skipped")], None),
        ):
            aws.stub.add_response("get_execution_history", {"events": events})
            assert Runs(aws.session).command_of("arn:aws:x") == command

    def test_the_last_one(self, aws: Played) -> None:
        aws.stub.add_response("list_executions", {"executions": [self.run("a", "FAILED")]})
        aws.stub.add_response("describe_execution", self.run("a", "FAILED"))
        last = Runs(aws.session).seen("m").last
        assert isinstance(last, Run)
        assert (last.status, last.running) == ("FAILED", False)

    def test_how_one_ended(self, aws: Played) -> None:
        ended = {**self.run("a", "FAILED"), "cause": "why", "error": "Task"}
        aws.stub.add_response("describe_execution", ended)
        run, output = Runs(aws.session).look("arn")
        assert (run.status, output) == ("FAILED", {"error": "Task", "cause": "why"})


def test_every_host_of_a_command_is_listed_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    keys(monkeypatch)
    aws = Played("ssm")
    ids = ["i-0bbbbbbbb", "i-0aaaaaaaa"]
    for number, (host, page) in enumerate(zip(ids, ({"NextToken": "2"}, {}), strict=True)):
        raw = {"InstanceId": host, "InstanceName": f"web-{number}", "StatusDetails": "InProgress"}
        aws.stub.add_response("list_command_invocations", {"CommandInvocations": [raw], **page})
    found = Commands(aws.session).hosts("0" * 36)
    assert [(host.id, host.name, host.status) for host in found] == [
        ("i-0aaaaaaaa", "web-1", "InProgress"),
        ("i-0bbbbbbbb", "web-0", "InProgress"),
    ]
