"""`export --from-hosts`: the stacks of a fleet, and a patch of marks for each of its hosts."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cron2aws.crontab.mark import read_mark
from cron2aws.errors import UsageError
from tests.calling import command
from tests.fleet_world import FROM_HOSTS, fleet
from tests.host_tree import HAS_LINE, HAS_NONE, LINE, path_of


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_fleet_is_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", path_of(tmp_path))
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    folder, both = tmp_path / "deploy", HAS_LINE + HAS_NONE.splitlines()[1] + "\n"
    with fleet(tmp_path, HAS_LINE, both, HAS_LINE) as made:
        made.switch("web-3", managed=False)
        assert made.command("export", str(folder)) == 0
        assert made.world.stacks() == ()
        assert made.marked == []
        files = files_of(folder)
        manifest: dict[str, Any] = json.loads(files["manifest.json"])
        hosts = made.world.hosts
        labels = [f"{host.name} ({host.id})" for host in hosts]
        # a task for each entry, wherever it stands; what hosts lack runs where it is marked
        tasks = {each["task"]["command"]: each["task"]["hosts"] for each in manifest["stacks"]
                 if each["task"]}  # fmt: skip
        assert tasks == {"echo ran >>ran": labels[:2], "echo other": labels[1:2]}
        run_on = {
            each["task"]["command"]: row["ParameterValue"]
            for each in manifest["stacks"]
            if each["task"]
            for row in json.loads(files[each["parameters"]])
            if row["ParameterKey"] == "RunOn"
        }
        assert run_on == {"echo ran >>ran": "all", "echo other": "marked"}
        assert [(each["file"], each["host"]) for each in manifest["patches"]] == [
            (f"patches/{host.id}/etc/crontab.patch", label)
            for host, label in zip(hosts[:2], labels, strict=False)
        ]
        page = files["README.md"].decode()
        of_target = "cron2aws migrate --from-hosts --tag role=web --comment-out"
        assert f"(or `{of_target}` marks the same lines" in page
        assert "What `migrate` has marked `cron2aws rollback --from-hosts --tag role=web`" in page
        _, _, silent = page.partition("## Hosts that could not be read")
        assert "web-3 (" in silent
        assert "| Systems Manager does not know it: it lacks the agent" in silent
        capsys.readouterr()
        assert made.command("export", str(folder)) == 0
        assert f"Nothing is new in {folder}: 2 tasks, 2 patches." in capsys.readouterr().out
        for each, host in zip(manifest["patches"], hosts, strict=False):
            given = ("patch", "-s", "-p1", "--no-backup-if-mismatch", "-d", str(host.root))
            subprocess.run(given, input=files[each["file"]], check=True)
        marked = hosts[0].text.splitlines()[1]
        found = read_mark(marked)
        assert found
        assert f"{marked[found[1] :]}\n" == LINE
        assert f"stacks/{found[0].stack}.parameters.json" in files
        # the stacks stay as they are, and there is nothing more to mark
        assert made.command("export", str(folder)) == 0
        again = files_of(folder)
        assert {name for name in files if files[name] != again.get(name)} == {
            "README.md", "manifest.json", *(each["file"] for each in manifest["patches"])
        }  # fmt: skip
        assert json.loads(again["manifest.json"])["patches"] == []
        with pytest.raises(UsageError, match="--from-hosts takes no SOURCE"):
            command(made.meddled, "export", str(folder), "crontab", *FROM_HOSTS)
