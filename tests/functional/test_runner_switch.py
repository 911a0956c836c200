"""The switch of cfn/functions/runner.sh: by a host's crontabs, who runs the minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.handover_model.answers import DUE
from tests.handover_model.cases import CASES
from tests.handover_model.rows import ID, LONG_AGO, PLACE, Case
from tests.shells import SHELLS, Host, why_not
from tests.surroundings import cannot
from tests.switch_host import Tabs, command_for, iso, line_for

STOOD_IN = ("runuser", "getent", "sh", "sleep", "stat", "date")


def tabs_for(shell: str, folder: Path) -> Tabs:
    if reason := why_not(shell, STOOD_IN):
        cannot(reason)
    made = Tabs(host=Host(shell=shell, folder=folder))
    made.lay_out()
    return made


def of_case(case: Case) -> str:
    line = line_for(case.source, case.command, case.schedule, case.siblings, case.marker)
    return command_for(line, user=case.user, system=case.source.startswith("etc/"))


def lay_out(tabs: Tabs, case: Case) -> None:
    tabs.clear()
    tabs.write(case.files)
    tabs.write_history(
        [(DUE + minutes * 60, who) for minutes, who in case.history],
        None if case.looked is None else DUE + case.looked,
    )
    changed = {path: DUE + case.elsewhere.get(path, LONG_AGO) for path in case.files}
    for path in (Path(case.source), *Path(case.source).parents):
        changed[str(path)] = DUE + case.changed
    tabs.tell(DUE + case.now, changed)


@pytest.mark.parametrize("shell", SHELLS)
def test_each_row_of_the_model(shell: str, tmp_path: Path) -> None:
    tabs = tabs_for(shell, tmp_path)
    tabs.fake()
    passwd = tmp_path / "etc/passwd"
    passwd.write_text(passwd.read_text() + passwd.read_text().replace("alice", "anna"))
    shadow = tmp_path / "etc/shadow"
    shadow.write_text(shadow.read_text() + shadow.read_text().replace("alice", "anna"))
    wrong = {}
    for case in CASES:
        lay_out(tabs, case)
        facts = {
            "live": "" if case.live is None else iso(DUE + case.live * 60),
            "takes": "removal" if case.removal else "",
        }
        run = tabs.deliver(of_case(case), due=DUE, id=ID, mine=PLACE, **facts)
        written = tabs.history.read_text().splitlines() if tabs.history.exists() else []
        found = (
            run.said["outcome"].replace("ran", "runs"),
            written[len(case.history) :],
            int(tabs.history.stat().st_mtime) - DUE,
            run.said.get("tab", ""),
        )
        wanted = (
            case.outcome,
            [f"from {iso(DUE + minutes * 60)} {who}" for minutes, who in case.appended],
            case.now,
            f"/{case.tab}" if case.tab else "",
        )
        if found != wanted:
            wrong[case.name] = (wanted, found, run.stderr[-300:])
    for each in wrong.items():
        print(each)
    assert wrong == {}
