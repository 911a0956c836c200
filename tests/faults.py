"""What may go wrong between a command and AWS, and what is told: the table, and its page.

Each row breaks calls of `migrate`, of four entries, at the gate before the sandbox's server.
tests/end_to_end/test_faults.py runs each of them with the real command; docs/reference/faults.md
has the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.answering import JSON, XML, Answer
from tests.gate import Broken, Rewritten, Slow
from tools.run_costs import table

ENTRIES = 4
Fault = Answer | Broken | Slow | Rewritten
Which = Callable[[str, int], bool]
"""Whether a call is broken, by its name and how many of this name came before."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault. `stand` are the tasks that stand afterwards; no line is ever handed over."""

    what: str
    which: Which
    fault: Fault | None = None
    ahead: int = 0
    """Seconds that AWS's clock is ahead of this host's."""
    more: Sequence[str] = ()
    """Further words of the command."""
    code: int
    told: Sequence[str] = ()
    stand: int = ENTRIES
    untold: str = "nothing: it is made again"
    """What the page has where nothing is told."""
    also: Mapping[str, Fault] = field(default_factory=dict)
    """What else is broken, by the name of a call."""
    asked: dict[str, int] = field(default_factory=dict)
    """How often a call was made, at most."""


def error(code: str, message: str, status: int = 400) -> Answer:
    """As the services that speak XML say it."""
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
        f"<Message>{message}</Message></Error></ErrorResponse>"
    )
    return Answer(body=body.encode(), status=status, kind=XML)


def ec2_error(code: str, message: str) -> Answer:
    """As EC2 says it."""
    body = (
        f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error>"
        "</Errors><RequestID>1</RequestID></Response>"
    )
    return Answer(body=body.encode(), status=403, kind=XML)


def json_error(code: str, message: str) -> Answer:
    """As the services that speak JSON say it."""
    said = f'{{"__type": "{code}", "message": "{message}"}}'
    return Answer(body=said.encode(), status=400, kind=JSON)


def first(name: str, count: int) -> Which:
    """The first calls of a name."""
    return lambda called, before: called == name and before < count


def each(name: str) -> Which:
    """All calls of a name."""
    return lambda called, _: called == name


def everything_from(name: str, number: int) -> Which:
    """That call of a name, and whatever comes behind it."""
    begun: list[str] = []

    def is_broken(called: str, before: int) -> bool:
        if called == name and before >= number:
            begun.append(called)
        return bool(begun)

    return is_broken


THROTTLED = error("Throttling", "Rate exceeded")
BROKEN = error("InternalFailure", "An internal error has occurred", 500)
EXPIRED = error("ExpiredToken", "The security token included in the request is expired", 403)
PAGE = Answer(body=b"<!DOCTYPE html><html><body>Please log in</body></html>")
NO_SCHEDULE = Rewritten(old=b"cron%28", new=b"cron%28x+")
DENIED = "User: arn:aws:iam::123456789012:user/ops is not authorized to perform: "
ONE_TRIED = "and failed; the other 3 were not begun"


def rows() -> Sequence[Row]:
    """The table, made anew: some rows count."""
    return (
        Row(
            what="CreateStack is throttled three times",
            which=first("CreateStack", 3),
            fault=THROTTLED,
            code=0,
            told=["note: AWS asked for a pause 3 times: CreateStack 3"],
        ),
        Row(
            what="DescribeStacks is throttled three times",
            which=first("DescribeStacks", 3),
            fault=THROTTLED,
            code=0,
            told=["note: AWS asked for a pause 3 times: DescribeStacks 3"],
        ),
        Row(
            what="CreateStack ends in 500 twice",
            which=first("CreateStack", 2),
            fault=BROKEN,
            code=0,
        ),
        Row(
            what="the connection is reset at the first two CreateStack",
            which=first("CreateStack", 2),
            fault=Broken.RESET,
            code=0,
        ),
        Row(
            what="a stack is made, and the answer is lost",
            which=first("CreateStack", 1),
            fault=Broken.LOST,
            code=0,
        ),
        Row(
            what="each CreateStack is answered after three seconds",
            which=each("CreateStack"),
            fault=Slow(seconds=3),
            code=0,
            untold="nothing: it is waited for",
        ),
        Row(
            what="a page of HTML comes in place of the first CreateStack's answer",
            which=first("CreateStack", 1),
            fault=PAGE,
            code=0,
        ),
        Row(
            what="a page of HTML comes in place of every answer",
            which=lambda *_: True,
            fault=PAGE,
            code=5,
            told=["asking AWS who we are failed", "Please log in", "captive portal"],
            stand=0,
        ),
        Row(
            what="the credentials have expired before",
            which=lambda *_: True,
            fault=EXPIRED,
            code=5,
            told=["log in again: the credentials are no longer valid"],
            stand=0,
        ),
        Row(
            what="the credentials expire at the third stack",
            which=everything_from("CreateStack", 2),
            fault=EXPIRED,
            more=["--parallel", "1"],
            code=6,
            told=[
                "Not begun: 1 task: the credentials ended.",
                "log in again",
                "the same command again goes on",
            ],
            stand=2,
            asked={"CreateStack": 3},
        ),
        Row(
            what="CreateStack is denied",
            which=each("CreateStack"),
            fault=error("AccessDenied", f"{DENIED}cloudformation:CreateStack", 403),
            code=5,
            told=[ONE_TRIED, "these credentials need the permission for CreateStack", "--exclude"],
            stand=0,
            asked={"CreateStack": 1},
        ),
        Row(
            what="DescribeInstances is denied",
            which=each("DescribeInstances"),
            fault=ec2_error("UnauthorizedOperation", f"{DENIED}ec2:DescribeInstances"),
            code=5,
            told=["these credentials need the permission for DescribeInstances"],
            stand=0,
            asked={"CreateStack": 0},
        ),
        Row(
            what="DescribeStackEvents is denied, and the first stack fails",
            which=each("DescribeStackEvents"),
            fault=error("AccessDenied", f"{DENIED}cloudformation:DescribeStackEvents", 403),
            also={"CreateStack": NO_SCHEDULE},
            code=5,
            told=[
                "ended in ROLLBACK_COMPLETE",
                ONE_TRIED,
                "these credentials need the permission for DescribeStackEvents",
            ],
            stand=0,
        ),
        Row(
            what="CloudFormation fails at a resource of each stack",
            which=each("CreateStack"),
            fault=NO_SCHEDULE,
            code=6,
            told=[
                "ended in ROLLBACK_COMPLETE",
                "ROLLBACK_COMPLETE: Schedule: ValidationException: 400 Bad Request",
                ONE_TRIED,
                "--exclude",
            ],
            stand=0,
            asked={"CreateStack": 1},
        ),
        Row(
            what="the signature has expired, as this host's clock is wrong",
            which=lambda *_: True,
            fault=error(
                "SignatureDoesNotMatch",
                "Signature expired: 20261129T080000Z is now earlier than 20261129T081000Z",
                403,
            ),
            code=5,
            told=["Signature expired", "set the clock of this host"],
            stand=0,
        ),
        Row(
            what="AWS's clock is ten minutes ahead, and lines are to be handed over",
            which=lambda *_: False,
            ahead=600,
            more=["--comment-out"],
            code=4,
            told=["behind AWS's: cron and AWS would not mean the same minute"],
        ),
        Row(
            what="the credentials expire in the probe, before lines are handed over",
            which=everything_from("StartExecution", 0),
            fault=json_error("ExpiredTokenException", "The security token is expired"),
            more=["--comment-out"],
            code=6,
            told=["was not touched: cron runs its job, as before, and nothing runs twice"],
        ),
    )


class Breaker:
    """A Speaker for the gate: breaks the calls that the row says."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self._came: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()
        """How often calls were broken, by their names."""

    def __call__(self, name: str, body: str) -> Fault | None:
        del body
        before = self._came[name]
        self._came[name] += 1
        fault = self._row.fault if self._row.which(name, before) else None
        fault = fault or self._row.also.get(name)
        if fault is not None:
            self.broken[name] += 1
        return fault


def faults_table() -> str:
    """In Markdown."""
    lines = [
        [
            row.what + (f" (`{' '.join(row.more)}`)" if row.more else ""),
            str(row.code),
            "; ".join(row.told).replace("|", "\\|") or row.untold,
            f"{row.stand} of {ENTRIES}",
        ]
        for row in rows()
    ]
    return table(["what goes wrong", "exit code", "told", "tasks that stand"], lines)
