"""Several hosts at once: three that are nearly the same, and sources of every kind together."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cron2aws.app.context import Context
from cron2aws.app.options import Sources
from cron2aws.app.sources import read
from cron2aws.errors import SourceError, UsageError
from cron2aws.sandbox.inside import Sandbox
from tests.calling import command, opened
from tests.functional.cli import cron2aws

FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"
FLEET = tuple(str(FIXTURES / f"fleet-web-{number}") for number in (1, 2, 3))
TELL_APART = (
    "let the lines be the same, leave the entry to each host's cron by `--exclude ID`, or migrate "
    "these hosts one by one, each with its own tag"
)
ALL = ["web-1", "web-2", "web-3"]


def test_scan_shows_every_host() -> None:
    out = cron2aws("scan", *FLEET).out.splitlines()
    daemon = "read as Debian's cron 3.0pl1 does (by the release Debian GNU/Linux 12 (bookworm))"
    assert [line.removeprefix("hosts").strip() for line in out if daemon in line] == [
        f"web-1: {daemon}, UTC (by /etc/timezone), 3 crontabs",
        f"web-2: {daemon}, UTC (by /etc/timezone), 3 crontabs",
        f"web-3: {daemon}, Europe/Berlin (by /etc/timezone), 3 crontabs",
    ]
    assert "entries     22" in out


def test_json_names_the_host_of_everything(tmp_path: Path) -> None:
    second = Path(shutil.copytree(FLEET[1], tmp_path / "second"))
    with (second / "etc/crontab").open("a") as crontab:
        crontab.write("61 * * * * root never-read\n")
    document = cron2aws("scan", "-o", "json", FLEET[0], str(second), FLEET[2]).document
    assert document["host"] is None
    assert [(each["name"], each["timezone"]) for each in document["hosts"]] == [
        ("web-1", "UTC"),
        ("web-2", "UTC"),
        ("web-3", "Europe/Berlin"),
    ]
    assert [each["host"] for each in document["sources"]] == sorted(ALL * 3)
    assert {host: [each["host"] for each in document["entries"]].count(host) for host in ALL} == {
        "web-1": 8,
        "web-2": 7,
        "web-3": 7,
    }
    assert [(each["host"], each["line"]) for each in document["unreadable"]] == [("web-2", 9)]


class TestSources:
    """What several SOURCEs are."""

    @pytest.fixture
    def tab(self, tmp_path: Path) -> str:
        path = tmp_path / "jobs"
        path.write_text("0 3 * * * root /opt/job\n")
        return str(path)

    @staticmethod
    def labels(*named: str) -> list[str]:
        return [each.host.label for each in read(Sources(named=named)).hosts]

    def test_two_hosts_of_one_name_are_told_apart(self, tmp_path: Path) -> None:
        twin = str(shutil.copytree(FLEET[0], tmp_path / "twin"))
        assert self.labels(FLEET[0], twin, FLEET[1]) == [
            f"web-1 ({FLEET[0]})",
            f"web-1 ({twin})",
            "web-2",
        ]
        document = cron2aws("scan", "-o", "json", FLEET[0], twin).document
        assert {each["host"] for each in document["entries"]} == {
            f"web-1 ({FLEET[0]})",
            f"web-1 ({twin})",
        }

    def test_hosts_stand_in_the_order_of_their_naming(self, tab: str) -> None:
        here = socket.gethostname()
        assert self.labels(tab, FLEET[1], FLEET[0]) == [here, "web-2", "web-1"]
        assert self.labels(FLEET[1], tab, FLEET[0]) == ["web-2", here, "web-1"]

    def test_files_and_standard_input_are_one_host(self, tab: str, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.write_text("0 4 * * * root /opt/other\n")
        answer = cron2aws(
            "scan", "-o", "json", tab, "-", FLEET[0], str(other), "-", stdin=b"0 5 * * * third\n"
        )
        assert [each["path"] for each in answer.document["sources"][:3]] == [tab, "-", str(other)]
        assert len(answer.document["hosts"]) == 2

    def test_a_folder_named_twice_is_one_host(self, tmp_path: Path) -> None:
        link = tmp_path / "link"
        link.symlink_to(FLEET[0])
        assert self.labels(FLEET[0], f"{FLEET[0]}/", f"{FLEET[0]}/etc/..", str(link)) == ["web-1"]
        assert self.labels(str(link)) == ["web-1"]

    def test_a_file_named_twice_is_read_once(self, tab: str) -> None:
        (host,) = read(
            Sources(named=(tab, f"{Path(tab).parent}/../{Path(tab).parent.name}/jobs"))
        ).hosts
        assert [file.path for file in host.files] == [tab]

    def test_a_link_beside_its_file_is_a_crontab_of_its_own(self, tab: str) -> None:
        # as for the daemon, which runs the jobs of both
        link = Path(tab).with_name("link")
        link.symlink_to(tab)
        (host,) = read(Sources(named=(tab, str(link)))).hosts
        assert [file.path for file in host.files] == [tab, str(link)]

    def test_a_folder_that_is_no_hosts_tree_is_refused_by_name(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match=f"{tmp_path} has no crontab"):
            read(Sources(named=(FLEET[0], str(tmp_path))))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture
def context(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    return opened(sandbox)


@pytest.fixture
def planned(context: Context, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """The plan of a dry run, as JSON."""

    def plan(*arguments: str, code: int) -> dict[str, Any]:
        capsys.readouterr()
        given = ("--tag", "Name=fleet", "--dry-run", "-o", "json", *arguments)
        assert command(context, "migrate", *given) == code
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        return document

    return plan


def what(plan: dict[str, Any]) -> dict[str, str]:
    return {each["id"][:8]: each["what"].removeprefix("hosts differ in this entry: ")
            for each in plan["problems"]}  # fmt: skip


class TestPlan:
    """One task for what is the same, a problem for what is not."""

    def test_equal_lines_are_one_task_on_whichever_hosts_they_stand(
        self, planned: Callable[..., dict[str, Any]]
    ) -> None:
        plan = planned(*FLEET, "--timezone", "UTC", code=4)
        assert plan["hosts"] == ALL
        one_two, one_three = ALL[:2], [ALL[0], ALL[2]]
        assert [(each["id"][:8], each["source"], each["line"], each["hosts"], each["run_on"])
                for each in plan["steps"]] == [
            ("f038cdf8", "/etc/crontab", 6, ALL, "all"),
            ("20bc8236", "/etc/cron.d/shop", 4, one_two, "marked"),
            ("8fc6173e", "/etc/cron.d/shop", 5, one_three, "marked"),
            ("14e3956e", "/etc/cron.d/shop", 6, ALL, "all"),
            ("a9df13fc", "/etc/cron.d/shop", 7, ALL, "all"),
            ("0901fb02", "/var/spool/cron/crontabs/shop", 2, ALL, "all"),
        ]  # fmt: skip
        assert [each["parameters"].get("RunOn") for each in plan["steps"][:3]] == [
            None, "marked", "marked"
        ]  # fmt: skip
        assert [(each["host"], each["line"]) for each in plan["kept"]] == [
            ("web-1", 5), ("web-2", 6), ("web-3", 5)
        ]  # fmt: skip

    def test_it_is_said_what_each_run_on_would_change(
        self, planned: Callable[..., dict[str, Any]]
    ) -> None:
        def told(*more: str) -> tuple[Any, ...]:
            chosen = ("--only", "*import-stock", "--timezone", "UTC")
            (step,) = planned(*FLEET, *chosen, *more, code=0)["steps"]
            names = (
                "run_on",
                "hosts",
                "hosts_without",
                "hosts_not_known",
                "runs",
                "runs_without_line",
            )
            return tuple(step[name] for name in names)

        runs = {"all": 3, "one": 1, "marked": 2}
        assert told() == ("marked", ALL[:2], ["web-3"], 0, runs, "never")
        assert told("--run-on", "all") == ("all", ALL[:2], ["web-3"], 0, runs, "others")
        assert told("--run-on", "one") == ("one", ALL[:2], ["web-3"], 0, runs, "others")

    def test_lines_that_differ_are_a_problem(self, planned: Callable[..., dict[str, Any]]) -> None:
        plan = planned(*FLEET, "--timezone", "UTC", code=4)
        assert what(plan) == {
            "a9b10255": "on web-1, web-3: `15 2 * * *` in UTC, to migrate; "
            "on web-2: `45 2 * * *` in UTC, to migrate",
        }
        assert {each["fix"] for each in plan["problems"]} == {TELL_APART}
        assert {each["host"] for each in plan["problems"]} == {"web-1"}

    def test_another_zone_is_a_problem_where_it_matters(
        self, planned: Callable[..., dict[str, Any]]
    ) -> None:
        plan = planned(*FLEET, "--only", "/etc/crontab", "--only", "*warm-cache", code=4)
        # every ten minutes is the same in either zone
        assert [each["id"][:8] for each in plan["steps"]] == ["f038cdf8"]
        assert what(plan) == {
            "14e3956e": "on web-1, web-2: `5 5 * * *` in UTC, to migrate; "
            "on web-3: `5 5 * * *` in Europe/Berlin, to migrate",
        }

    def test_what_differs_is_named(
        self, planned: Callable[..., dict[str, Any]], tmp_path: Path
    ) -> None:
        trees = []
        for number, text in enumerate(
            ("A=1\nS=x\n0 3 * * * root job\n", "S=x\n0 3 * * * root job\n",
             "A=1\nS=x\n# cron2aws: name=nightly\n0 3 * * * root job\n"), 1
        ):  # fmt: skip
            tree = tmp_path / f"h{number}"
            (tree / "etc").mkdir(parents=True)
            (tree / "etc/crontab").write_text(text)
            (tree / "etc/hostname").write_text(f"h{number}\n")
            trees.append(str(tree))
        how = ("--dialect", "debian", "--timezone", "UTC")
        (said,) = what(planned(*trees, *how, code=4)).values()
        assert said == (
            "on h1: `0 3 * * *` in UTC, to migrate, with A=1; "
            "on h2: `0 3 * * *` in UTC, to migrate, without A; "
            "on h3: `0 3 * * *` in UTC, to migrate, with A=1, named nightly"
        )

    def test_a_guard_that_is_quiet_on_one_host_is_a_difference(
        self, planned: Callable[..., dict[str, Any]], tmp_path: Path
    ) -> None:
        trees = []
        for name, note in (("one", "# cron2aws: guard\n"), ("two", "# a comment\n")):
            tree = tmp_path / name
            (tree / "etc").mkdir(parents=True)
            (tree / "etc/crontab").write_text(f"{note}0 3 * * * root [ -f /a ] && rm /a\n")
            (tree / "etc/hostname").write_text(f"{name}\n")
            trees.append(str(tree))
        how = ("--dialect", "debian", "--timezone", "UTC")
        (said,) = what(planned(*trees, *how, code=4)).values()
        assert said == (
            "on one: `0 3 * * *` in UTC, to migrate, with a quiet guard; "
            "on two: `0 3 * * *` in UTC, to migrate, without a quiet guard"
        )
        plan = planned(*trees, *how, "--quiet-guards", code=0)
        assert [each["hosts"] for each in plan["steps"]] == [["one", "two"]]

    def test_the_order_of_variables_is_no_difference(
        self, planned: Callable[..., dict[str, Any]], tmp_path: Path
    ) -> None:
        trees = []
        for name, variables in (("one", "A=1\nB=2\n"), ("two", "B=2\nA=1\n")):
            tree = tmp_path / name
            (tree / "etc").mkdir(parents=True)
            (tree / "etc/crontab").write_text(f"{variables}0 3 * * * root job\n")
            trees.append(str(tree))
        plan = planned(*trees, "--dialect", "debian", "--timezone", "UTC", code=0)
        assert [each["hosts"] for each in plan["steps"]] == [["one", "two"]]

    def test_another_daemon_is_named(
        self, planned: Callable[..., dict[str, Any]], tmp_path: Path
    ) -> None:
        other = Path(shutil.copytree(FLEET[0], tmp_path / "other"))
        (other / "etc/os-release").write_text('ID=amzn\nVERSION_ID="2023"\n')
        (other / "etc/hostname").write_text("web-4\n")
        plan = planned(FLEET[0], str(other), "--only", "*warm-cache", code=4)
        assert what(plan) == {
            "14e3956e": "on web-1: `5 5 * * *` in UTC, to migrate, as debian; "
            "on web-4: `5 5 * * *` in UTC, to migrate, as cronie"
        }

    def test_a_secret_that_differs_is_not_told(
        self, planned: Callable[..., dict[str, Any]], tmp_path: Path
    ) -> None:
        trees = []
        for name in ("one", "two"):
            tree = tmp_path / name
            (tree / "etc").mkdir(parents=True)
            (tree / "etc/crontab").write_text(f"DB_PASSWORD=of-{name}\n0 3 * * * root job\n")
            trees.append(str(tree))
        how = ("--dialect", "debian", "--timezone", "UTC", "--allow-secret", "f5f7d4ea")
        way = "`0 3 * * *` in UTC, to migrate, with DB_PASSWORD=****"
        assert what(planned(*trees, *how, code=4)) == {"f5f7d4ea": f"on one: {way}; on two: {way}"}

    def test_the_table_says_which_hosts(
        self, context: Context, capsys: pytest.CaptureFixture[str]
    ) -> None:
        given = ("--tag", "Name=fleet", "--dry-run", "--timezone", "UTC")
        assert command(context, "migrate", *FLEET, *given) == 4
        out = capsys.readouterr().out
        assert "\nweb-2  5c7d9921  /etc/crontab:6 " in out
        assert "web-1: /etc/cron.d/shop:3: hosts differ in this entry: on web-1, " in out
        assert command(context, "migrate", *FLEET, *given, "-o", "markdown") == 4
        assert "web-1, web-2, web-3" in capsys.readouterr().out


def test_a_second_run_changes_nothing_whichever_host_is_first(
    context: Context,
    planned: Callable[..., dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    # check-disk stands in line 6 on two hosts and in line 8 on one
    chosen = ("--only", "*check-disk*", "--tag", "Name=fleet")
    assert command(context, "migrate", *FLEET, *chosen, "--yes") == 0
    for order in (FLEET, FLEET[::-1], (FLEET[1], FLEET[0], FLEET[2])):
        (step,) = planned(*order, "--only", "*check-disk*", code=0)["steps"]
        assert (step["action"], step["changes"]) == ("nothing", [])

    assert command(context, "status", *FLEET, "-o", "json") == 0
    rows = json.loads(capsys.readouterr().out)["tasks"]
    assert [(row["host"], row["line"], row["standing"]) for row in rows] == [
        ("web-1", 6, "cron runs it"),
        ("web-3", 6, "cron runs it"),
        ("web-2", 8, "cron runs it"),
    ]
    assert command(context, "status", *FLEET) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "1 task, 0 in trouble"
    assert [line.split()[:4] for line in shown[3:5]] == [
        ["f038cdf8", "web-1,", "web-3", "/etc/crontab:6"],
        ["f038cdf8", "web-2", "/etc/crontab:8", "*/10"],
    ]


@pytest.mark.parametrize(
    ("arguments", "doing"),
    [
        (("migrate", *FLEET, "--tag", "Name=x", "--comment-out", "--yes"), "--comment-out"),
        (("rollback", "--yes", *(a for name in FLEET for a in ("--source", name))), "a rollback"),
    ],
)
def test_what_needs_one_host_is_refused_with_the_reason(
    context: Context, arguments: tuple[str, ...], doing: str
) -> None:
    with pytest.raises(UsageError) as refused:
        command(context, *arguments)
    assert refused.value.exit_code == 2
    assert str(refused.value) == (
        f"{doing} works on one host at a time: 3 hosts were read: web-1, web-2, web-3; "
        "files that are named must all belong to one host\n\n"
        "hint: name one host, or let cron2aws read and edit the hosts themselves: --from-hosts "
        "--tag KEY=VALUE"
    )
