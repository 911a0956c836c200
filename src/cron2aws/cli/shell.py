"""What every command starts from: the options of all commands, and perhaps an open Context."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cron2aws.app.aws_options import AwsOptions
from cron2aws.app.clock import SYSTEM_CLOCK

if TYPE_CHECKING:
    from cron2aws.app.context import Context
    from cron2aws.handover.interfaces import Clock


@dataclass(frozen=True, kw_only=True)
class Shell:
    """The options of all commands; `opened` is the Context of a caller inside this program."""

    aws: AwsOptions = field(default_factory=AwsOptions)
    plain: bool = False
    """No colours."""

    opened: Context | None = None

    @property
    def clock(self) -> Clock:
        """The time for a command that needs no AWS."""
        return self.opened.clock if self.opened else SYSTEM_CLOCK
