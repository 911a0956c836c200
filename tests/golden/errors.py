"""Goldens of every error that a user can meet: each place in src that raises one is made to.

`test_errors.py` holds that no place is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from cron2aws.errors import Cron2AwsError
from tests.golden.errors_of_aws import OF_AWS
from tests.golden.errors_of_edits import OF_EDITS
from tests.golden.errors_of_files import OF_FILES
from tests.golden.errors_of_hand_over import OF_HAND_OVER
from tests.golden.errors_of_hosts import OF_HOSTS
from tests.golden.errors_of_setup import OF_SETUP
from tests.golden.errors_of_stacks import OF_STACKS
from tests.golden.errors_of_usage import OF_USAGE
from tests.golden.golden import Golden, titled
from tests.golden.plan_files import OF_PLAN_FILES

Provoked = Callable[[Path], object]
PARTS: Mapping[str, Mapping[str, Provoked]] = MappingProxyType(
    {
        "usage": OF_USAGE,
        "aws": OF_AWS,
        "files": OF_FILES,
        "edits": OF_EDITS,
        "hand-over": OF_HAND_OVER,
        "stacks": OF_STACKS,
        "setup": OF_SETUP,
        "plan-files": OF_PLAN_FILES,
        "hosts": OF_HOSTS,
    }
)


def errors() -> Iterator[Golden]:
    """One golden a kind."""
    for name, part in PARTS.items():
        yield Golden(name=f"error/{name}", make=partial(_told, part))


def _told(part: Mapping[str, Provoked], folder: Path) -> str:
    told = {}
    for number, (name, provoke) in enumerate(part.items()):
        own = folder / str(number)
        own.mkdir()
        error = raised_by(provoke, own)
        text = str(error).replace(str(own), "/work")
        told[f"{name} (exit code {error.exit_code})"] = f"cron2aws: {text}"
    return titled(told)


def raised_by(provoke: Provoked, folder: Path) -> Cron2AwsError:
    """The error; AssertionError where there is none."""
    try:
        provoke(folder)
    except Cron2AwsError as error:
        return error
    message = f"{provoke} raised nothing"
    raise AssertionError(message)
