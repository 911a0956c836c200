"""Saved scans as SOURCEs: what `cron2aws scan -o json` wrote, of one host or of a fleet."""

from __future__ import annotations

from pathlib import Path

from cron2aws.app.homes import Group
from cron2aws.app.options import HostOptions
from cron2aws.assess.values import UnreadHost
from cron2aws.errors import SourceError
from cron2aws.hosts.saved import saved_scan

FIX = "give a report that `cron2aws scan -o json` of this release wrote, whole and unchanged"


def read_saved(name: str, how: HostOptions) -> tuple[list[Group], tuple[UnreadHost, ...]]:
    """The hosts of a saved scan, and those that it could not read.

    SourceError where the file cannot be read, or is none.
    """
    try:
        text = Path(name).read_bytes().decode("utf-8-sig")
        found = saved_scan(text, dialect=how.dialect, timezone=how.timezone)
    except OSError as error:
        why = error.strerror or str(error)
        raise SourceError(what=f"{name} cannot be read", why=why) from error
    except UnicodeDecodeError as error:
        raise _no_scan(name, f"it is not in UTF-8, at byte {error.start}") from error
    except RecursionError as error:
        raise _no_scan(name, "it is nested too deeply") from error
    except KeyError as error:
        raise _no_scan(name, f"something in it has no `{error.args[0]}`") from error
    except ValueError as error:
        raise _no_scan(name, str(error)) from error
    labels = [each.label for each in found.hosts]
    if len(set(labels)) < len(labels):
        raise _no_scan(name, "two hosts in it have the same name")
    groups = [
        Group(
            name=name,
            host=each.host,
            borrowed=each.borrowed,
            label=each.label,
            instance=each.instance,
            account=each.account,
            region=each.region,
        )
        for each in found.hosts
    ]
    return groups, found.unread


def _no_scan(name: str, why: str) -> SourceError:
    return SourceError(what=f"{name} is not a saved scan", why=why, fix=FIX)
