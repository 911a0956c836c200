"""What can be done with a stack in each of CloudFormation's states, and the way out of it.

A stack in a bad state never doubles or loses a run: the host's crontab decides who runs a job.  So
nothing here is urgent; what matters is that every state has a way out, and that it is told.
The states: "Stack status codes", CloudFormation user guide; what each takes: the API's pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from cron2aws.errors import SafetyError
from cron2aws.plan.advice import PLAIN, Advice
from cron2aws.plan.values import Deployed
from cron2aws.task.task import TAG_HOST

GONE: Final = "gone"
"""The state, in our words, of a stack that CloudFormation does not know, or deleted."""


class OwnStack(Protocol):
    """A stack of ours: a task's, the foundation's or a target's."""

    @property
    def stack_name(self) -> str: ...  # noqa: D102
    @property
    def stack_id(self) -> str: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def made_by(self) -> str:
        """The command that makes it, and repairs it."""

    @property
    def ended_by(self) -> str:
        """The command that deletes it."""

    @property
    def anew(self) -> str:
        """How a stack that was half deleted is made anew, in words."""


class Doing(StrEnum):
    """What a command wants to do with a stack."""

    MAKE = "make"  # `migrate`, `setup`: it stands, with the parameters of the plan
    CHANGE = "change"  # `enable`, `disable`: parameters of a stack that stands
    RUN = "run"  # `run`: start its state machine
    END = "end"  # `rollback`, `setup --delete`: stopped, waited for, deleted


class Way(StrEnum):
    """How a command goes on from a state."""

    GO = "go on"
    WAIT = "wait for the end of what goes on, and look again"
    CONTINUE = "ContinueUpdateRollback, then look again"
    ROLL_BACK = "RollbackStack, then look again"
    REPLACE = "delete it, as it never came up, and make it anew"
    NEW = "make it anew"
    REFUSE = "refuse, and name the command that gets out"
    DONE = "nothing is left to do"


_GO, _WAIT, _NO = Way.GO, Way.WAIT, Way.REFUSE

WAYS: Mapping[str, tuple[Way, Way, Way, Way]] = MappingProxyType(
    {
        # state: migrate and setup, enable and disable, run, rollback and setup --delete
        "CREATE_COMPLETE": (_GO, _GO, _GO, _GO),
        "UPDATE_COMPLETE": (_GO, _GO, _GO, _GO),
        "UPDATE_ROLLBACK_COMPLETE": (_GO, _GO, _GO, _GO),
        "IMPORT_COMPLETE": (_GO, _GO, _GO, _GO),
        "IMPORT_ROLLBACK_COMPLETE": (_GO, _GO, _GO, _GO),
        "CREATE_IN_PROGRESS": (_WAIT, _WAIT, _WAIT, _WAIT),
        "UPDATE_IN_PROGRESS": (_WAIT, _WAIT, _WAIT, _WAIT),
        # what it runs stands already; only what it was before is deleted
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": (_WAIT, _WAIT, _GO, _WAIT),
        "UPDATE_ROLLBACK_IN_PROGRESS": (_WAIT, _WAIT, _WAIT, _WAIT),
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": (_WAIT, _WAIT, _GO, _WAIT),
        "ROLLBACK_IN_PROGRESS": (_WAIT, _WAIT, _WAIT, _WAIT),
        "DELETE_IN_PROGRESS": (_WAIT, _WAIT, _WAIT, _WAIT),
        "IMPORT_IN_PROGRESS": (_WAIT, _WAIT, _WAIT, _WAIT),
        "IMPORT_ROLLBACK_IN_PROGRESS": (_WAIT, _WAIT, _WAIT, _WAIT),
        # a change set that was never executed: it has no resources, and nothing is in progress
        "REVIEW_IN_PROGRESS": (Way.REPLACE, _NO, _NO, _GO),
        "CREATE_FAILED": (Way.REPLACE, _NO, _NO, _GO),
        "ROLLBACK_COMPLETE": (Way.REPLACE, _NO, _NO, _GO),
        "ROLLBACK_FAILED": (Way.REPLACE, _NO, _NO, _GO),
        # an update without rollback, by hand: RollbackStack is for this state
        "UPDATE_FAILED": (Way.ROLL_BACK, Way.ROLL_BACK, _NO, Way.ROLL_BACK),
        "UPDATE_ROLLBACK_FAILED": (Way.CONTINUE, Way.CONTINUE, _NO, Way.CONTINUE),
        "IMPORT_ROLLBACK_FAILED": (_NO, _NO, _NO, _GO),
        # somebody wants it gone, and executions may still run: that is rollback's work
        "DELETE_FAILED": (_NO, _NO, _NO, _GO),
        GONE: (Way.NEW, _NO, _NO, Way.DONE),
    }
)
_COLUMN = MappingProxyType({doing: column for column, doing in enumerate(Doing)})


def way(status: str | None, doing: Doing) -> Way:
    """How to go on from this state (None: there is no such stack); REFUSE for one unknown here."""
    if status is None or status == "DELETE_COMPLETE":
        status = GONE
    ways = WAYS.get(status)
    if ways is None:  # a state that AWS has added since
        return Way.WAIT if status.endswith("_IN_PROGRESS") else Way.REFUSE
    return ways[_COLUMN[doing]]


def is_moving(status: str) -> bool:
    """Whether CloudFormation is at work, so that waiting has an end."""
    return way(status, Doing.MAKE) is Way.WAIT


def goes(stack: OwnStack) -> bool:
    """Whether the stack will be gone, so that `migrate` makes another under its name."""
    return way(stack.status, Doing.MAKE) is Way.REPLACE or stack.status == "DELETE_IN_PROGRESS"


def refusal(stack: OwnStack, doing: Doing, advice: Advice = PLAIN) -> SafetyError:
    """Why a stack in its state is not worked on, and the command that gets out.

    Without `advice` the command is one to be given on the host of its line.
    """
    return SafetyError(
        what=f"stack {stack.stack_name} is in {stack.status}",
        why=_WHY.get(stack.status, "this version of cron2aws does not know that state"),
        fix=_fix(stack, doing, advice),
    )


def foreign(stack: Deployed) -> SafetyError:
    """The refusal of a stack with our tags whose template is not ours."""
    return SafetyError(
        what=f"stack {stack.stack_name} is not ours, though it has our tags",
        why="its parameters and its output are not what the template of a task makes",
        fix="take the tags cron2aws:* off that stack, or delete it in CloudFormation yourself",
    )


def on_host(stack: Deployed) -> str:
    """Where a command is to be given that reads the line of a task."""
    return stack.tags.get(TAG_HOST, "its host")


def vanished(name: str, entry_id: str) -> SafetyError:
    """The refusal where the stack is gone."""
    return SafetyError(
        what=f"stack {name} is gone",
        why="somebody deleted it; a line with its mark runs nowhere until it is put back",
        fix=f"on its host, `{PLAIN.rollback(entry_id)}` puts the line back; then migrate again",
    )


_NEVER_UP = "it never came up, so there is nothing to run"
_BEGUN_TO_GO = "its deletion was begun and not finished"
_HALF = "an update failed, and so did the way back: its parts may differ from its template"
_WHY: Mapping[str, str] = MappingProxyType(
    {
        "REVIEW_IN_PROGRESS": "it is a change set that nobody has executed",
        "CREATE_FAILED": _NEVER_UP,
        "ROLLBACK_COMPLETE": _NEVER_UP,
        "ROLLBACK_FAILED": _NEVER_UP,
        "UPDATE_FAILED": "an update failed and was not rolled back",
        "UPDATE_ROLLBACK_FAILED": _HALF,
        "IMPORT_ROLLBACK_FAILED": "an import failed, and so did the way back",
        "DELETE_FAILED": _BEGUN_TO_GO,
    }
)


def _fix(stack: OwnStack, doing: Doing, advice: Advice) -> str:
    made, ended, anew, where = stack.made_by, stack.ended_by, stack.anew, ""
    if isinstance(stack, Deployed):
        made, ended = advice.migrate(stack.target), advice.rollback(stack.id)
        anew = f"`{ended}` deletes it and puts the line back; then migrate again"
        where = "" if doing is Doing.MAKE else f"on {on_host(stack)}, "
    match way(stack.status, Doing.MAKE):
        case Way.REPLACE:
            return f"{where}`{made}` makes it anew, `{ended}` deletes it"
        case Way.CONTINUE | Way.ROLL_BACK:
            return f"{where}`{made}` repairs it, `{ended}` deletes it"
        case _ if way(stack.status, Doing.END) is Way.GO and doing is not Doing.END:
            return f"{where}{anew}"
        case _:
            return "look at it in CloudFormation, then run the same command again"
