"""The documentation says what the program does: generated text, names, links, documents."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import click
import pytest

from cron2aws import errors
from cron2aws.app.options import ShownOptions
from cron2aws.assess.values import Borrowed, UnreadHost
from cron2aws.calendar.values import Where, Without
from cron2aws.cli.command import OPTIONS_OF_ALL
from cron2aws.cli.main import COMMANDS, cli
from cron2aws.crontab.managers import MANAGERS
from cron2aws.crontab.run_parts import Anacron, AnacronJob, Script
from cron2aws.findings import CATALOGUE
from cron2aws.handover.status_values import Row, Standing, Trouble
from cron2aws.plan.actions import Change
from cron2aws.plan.make import make_plan
from cron2aws.plan.past import Ending
from cron2aws.plan.reports import Seen
from cron2aws.plan.setup import SetupWish, setup_steps
from cron2aws.plan.shared import Shared
from cron2aws.plan.values import Place, Wish
from cron2aws.preflight.checks import checks
from cron2aws.report.document import History, Review, Survey, Tasks
from cron2aws.report.json_calendar import calendar_json
from cron2aws.report.json_history import history_json
from cron2aws.report.json_plan import plan_json
from cron2aws.report.json_scan import scan_json
from cron2aws.report.json_status import status_json
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.documents import WEB_1, view
from tests.fakes import deployed
from tests.functional.cli import cron2aws
from tests.golden.calendars import of_web, with_rates
from tests.golden.histories import kinds_of_runs, printed_run
from tests.making import assessment_of, assessment_of_hosts, host_of
from tests.preflight_facts import DEMAND, GOOD

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "fixtures" / "crontabs").glob("*.md")]
)
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def names(pages: list[Path]) -> list[str]:
    return [str(page.relative_to(ROOT)) for page in pages]


def text_of(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def section_of(page: str, heading: str) -> str:
    """What stands between a heading of the second level and the next one."""
    for part in re.split(r"^## ", text_of(page), flags=re.MULTILINE):
        if part.startswith(f"{heading}\n"):
            return part
    message = f"{page} has no section {heading}"
    raise AssertionError(message)


# --- what is generated


def test_generated_text_is_current() -> None:
    made = re.search(r"^COGGED := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert made
    pages = [name for name in made[1].split() if name.endswith(".md")]
    assert set(pages) >= {
        f"docs/reference/{page}.md" for page in ("cli", "exit-codes", "findings", "parameters")
    }
    checked = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", *pages],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, f"`make docs` rewrites them:\n{checked.stdout}{checked.stderr}"


# --- commands


def commands() -> Iterator[tuple[str, click.Command]]:
    with click.Context(cli, **cli.context_settings) as context:
        yield "", cli
        for name in COMMANDS:
            command = cli.get_command(context, name)
            assert command is not None
            yield name, command


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_and_every_option_is_documented(name: str, command: click.Command) -> None:
    section = section_of("reference/cli.md", f"cron2aws {name}".strip())
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.name} has no help text"
            assert all(option in section for option in parameter.opts)
    first_sentence = " ".join((command.help or "").partition("\n\n")[0].split())
    assert name == "" or command.get_short_help_str(60) == first_sentence  # not cut in the list


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Every `cron2aws` that the pages tell a reader to type."""
    for page in PAGES:
        for language, block in FENCE.findall(page.read_text(encoding="utf-8")):
            if language not in {"console", "sh"}:
                continue
            for line in block.replace("\\\n", " ").splitlines():
                typed = line.removeprefix("$ ").removeprefix("sudo ")
                if typed.startswith("cron2aws "):
                    words = shlex.split(typed.partition(" | ")[0].partition(" > ")[0])
                    yield str(page.relative_to(ROOT)), words[1:]


@pytest.mark.parametrize(("page", "words"), list(command_lines()))
def test_commands_in_the_pages_can_be_typed(page: str, words: list[str]) -> None:
    with click.Context(cli, **cli.context_settings) as context:
        _, rest, _ = cli.make_parser(context).parse_args(list(words))
        if not rest:
            return
        command = cli.get_command(context, rest[0])
        assert command is not None, f"{page}: no command {rest[0]}"
        # one order everywhere: options of all commands stand before the command
        of_all = {name for option in OPTIONS_OF_ALL for name in option.opts}
        own = {name for option in command.params for name in option.opts}
        assert not (of_all - own) & set(rest[1:]), page
        with click.Context(command, parent=context) as inner:
            command.make_parser(inner).parse_args(rest[1:])


# --- findings and exit codes

CODE = re.compile(r"\bC[1-9]\d{2}\b")


def test_every_finding_is_documented_once() -> None:
    text = text_of("reference/findings.md")
    rows = re.findall(r"^\| <a id=\"(\w+)\"></a>(\w+) \|", text, re.MULTILINE)
    assert [code for _, code in rows] == sorted(CATALOGUE)
    assert all(anchor == code.lower() for anchor, code in rows)


def test_the_catalogue_and_the_code_have_the_same_findings() -> None:
    used = {
        code
        for path in SOURCES
        if path.name != "findings.py"
        for code in re.findall(r"\"(C\d{3})\"", path.read_text(encoding="utf-8"))
    }
    assert used == set(CATALOGUE)


@pytest.mark.parametrize("page", names([*PAGES, *SOURCES]))
def test_no_page_and_no_comment_names_a_finding_that_does_not_exist(page: str) -> None:
    assert set(CODE.findall((ROOT / page).read_text(encoding="utf-8"))) <= set(CATALOGUE)


def kinds(root: type[errors.Cron2AwsError]) -> Iterator[type[errors.Cron2AwsError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_exit_codes_are_unique_and_documented() -> None:
    codes = [kind.exit_code for kind in kinds(errors.Cron2AwsError)]
    assert len(codes) == len(set(codes))
    told = re.findall(r"^\| (\d+) \| `(\w+)` \|", text_of("reference/exit-codes.md"), re.MULTILINE)
    assert [int(code) for code, _ in told] == sorted(codes)
    assert {name for _, name in told} == {kind.__name__ for kind in kinds(errors.Cron2AwsError)}


# --- links

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")  # pictures, too
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
ANCHOR = re.compile(r"<a id=\"([^\"]+)\">")


def prose_of(page: Path) -> str:
    """Without code blocks and comments: what is in them is no link and no heading."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    headings = HEADING.findall(prose_of(page))
    slugs = {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}
    return slugs | set(ANCHOR.findall(prose_of(page)))


@pytest.mark.parametrize("page", names(PAGES))
def test_links_lead_somewhere(page: str) -> None:
    here = ROOT / page
    for link in LINK.findall(prose_of(here)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        there = (here.parent / path).resolve() if path else here
        assert there.exists(), f"{page}: {link}"
        if anchor:
            assert anchor in anchors(there), f"{page}: {link}"


def test_every_page_can_be_reached_from_the_index() -> None:
    linked = {
        (DOCS / link.partition("#")[0]).resolve()
        for link in LINK.findall(prose_of(DOCS / "README.md"))
        if not re.match(r"[a-z]+:", link)
    }
    pages = {page for page in DOCS.rglob("*.md") if page.parent.name != "decisions"}
    assert pages - {DOCS / "README.md"} <= linked


def test_the_index_of_the_decisions_has_each_with_its_title() -> None:
    index = DOCS / "decisions" / "README.md"
    titles = {
        page.name: page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        for page in sorted(index.parent.glob("0*.md"))
    }
    entries = re.findall(r"^- \[(.*)\]\((.*)\)$", index.read_text(encoding="utf-8"), re.MULTILINE)
    assert [(page, title) for title, page in entries] == list(titles.items())


# --- documents


def documented(schema: str) -> dict[str, str]:
    """The types of a document's fields by their paths, as json.md has them."""
    section = section_of("reference/json.md", f"`{schema}`")
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]*) \|", section, re.MULTILINE))


def fields(value: Any, path: str, opaque: set[str]) -> Iterator[str]:
    """The paths in a document; `opaque` ones are told elsewhere, or are maps."""
    if path:
        yield path
    if path in opaque:
        return
    if isinstance(value, dict):
        for name, each in value.items():
            yield from fields(each, f"{path}.{name}" if path else name, opaque)
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, dict):
                for name, inner in each.items():
                    yield from fields(inner, f"{path}[].{name}", opaque)


def check(schema: str, *documents: dict[str, Any]) -> None:
    told = documented(schema)
    opaque = {
        path
        for path, kind in told.items()
        if re.match(r"map|target|list of (findings|triggers|clock changes)|proof", kind)
    }
    found = {path for document in documents for path in fields(document, "", opaque)}
    assert all(document["schema"] == schema for document in documents)
    assert found == set(told)
    assert len({frozenset(document) for document in documents}) == 1


ZONE = ("--dialect", "debian", "--timezone")
FROM = ("--from", "2026-11-24")


def test_json_of_explain() -> None:
    # Lord Howe Island moves its clock by half an hour
    documents = [
        cron2aws("explain", "-o", "json", *ZONE, zone, *FROM, text).document
        for zone, text in (
            ("UTC", "0 3 13 * 5"),
            ("Australia/Lord_Howe", "*/7 1,2 * * *"),
            ("UTC", "@reboot"),
            ("UTC", "61 * * * *"),
        )
    ]
    check("cron2aws.explain/1", *documents)


def test_json_of_explain_from_aws() -> None:
    documents = [
        cron2aws("explain", "--from-aws", "-o", "json", *ZONE, "UTC", text).document
        for text in ("cron(0 3 ? * FRI *)", "nothing")
    ]
    check("cron2aws.explain-aws/1", *documents)


def test_json_of_explain_finding() -> None:
    documents = [
        cron2aws("explain", "-o", "json", code).document for code in ("C314", "c102", "C401")
    ]
    check("cron2aws.explain-finding/1", *documents)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_the_page_and_explain_say_the_same(code: str) -> None:
    answer = cron2aws("explain", "-o", "json", code).document
    page, _, anchor = answer["documented"].partition("#")
    (row,) = [
        line
        for line in (ROOT / page).read_text(encoding="utf-8").splitlines()
        if line.startswith(f'| <a id="{anchor}"></a>{code} |')
    ]
    cells = row.replace("\\|", "\0").strip("| ").split(" | ")
    told = [answer[name].replace("|", "\0") for name in ("level", "title", "means", "help")]
    assert cells[1:] == told


def test_json_of_scan(tmp_path: Path) -> None:
    path = tmp_path / "jobs"
    path.write_bytes(b"A=b\n0 3 13 * 5 root good\n61 * * * * root bad\n@reboot root x%y\n")
    given = ("--format-of", "system", "--dialect", "debian", str(path))
    document = cron2aws("scan", "-o", "json", *given).document
    unread = (UnreadHost(id="i-0abc", label="web (i-0abc)", why="it is stopped"),)
    hosts = host_of("0 3 * * * root x\n"), host_of("", name="web-2")
    found = replace(assessment_of_hosts(*hosts), unread=unread)
    fleet = scan_json(Survey(found=found, view=view()))
    job = AnacronJob(period="1", delay=5, name="own", command="x")
    host = replace(
        hosts[0],
        scripts=(Script(path="/etc/cron.daily/x", executable=True),),
        anacron=Anacron(jobs=(job,)),
        borrowed=(Borrowed(what="the user `x`", option="--user x"),),
    )
    alone = scan_json(Survey(found=assessment_of_hosts(host), view=view()))
    rows = {name: fleet[name] for name in ("hosts_not_read", "matrix")}
    rows |= {name: alone[name] for name in ("host", "hosts")}
    check("cron2aws.scan/1", document | rows)


def test_json_of_a_calendar(tmp_path: Path) -> None:
    parts = (
        ShownOptions(),
        ShownOptions(week=True),
        ShownOptions(at=time(3, 0)),
    )
    documents = [of_web(tmp_path, each) for each in parts] + [with_rates(tmp_path / "rates")]
    check("cron2aws.calendar/1", *map(calendar_json, documents))
    section = section_of("reference/json.md", "`cron2aws.calendar/1`")
    assert all(f"`{each}`" in section for each in (*Where, *Without))


PLACE = Place(account="123456789012", region="us-east-1")
WEB = Target.having({"Name": ["web"]})


def test_json_of_a_plan() -> None:
    assessment = assessment_of(
        "0 3 13 * 5 root good\n5 * * * * root other\n@reboot root stays\n"
        " # cron2aws:0123456789abcdef@- 999999999999/us-east-1/s | 7 * * * * root away\n"
    )
    wish = Wish(target=WEB, options=TaskOptions(), comment_out=True)
    first, second = make_plan(assessment, (), wish, PLACE).steps
    stacks = [
        deployed(first.task.id, {**first.parameters, "RunOn": "one"}, tags=first.task.tags),
        deployed(second.task.id, second.parameters, tags={}),
        deployed("00000000", {**first.parameters, "EntryId": "00000000"}, tags=first.task.tags),
    ]
    wish = replace(wish, options=TaskOptions(run_on="all"), prune=True)
    plan = make_plan(assessment, stacks, wish, PLACE)
    assert (len(plan.steps), len(plan.kept), len(plan.problems)) == (1, 1, 1)
    assert (len(plan.orphans), len(plan.deletions), len(plan.strays)) == (1, 1, 1)
    change = Change(name="Email", before="", after="ops@example.com")
    (step,) = setup_steps(SetupWish(), Shared())
    plan = replace(plan, setup=(replace(step, changes=(change,)),))
    plan = replace(plan, steps=(replace(plan.steps[0], template=(1, 2)),))
    both = assessment_of_hosts(host_of("0 3 * * * root x\n"), host_of("", name="web-2"))
    unread = (UnreadHost(id="i-0abc", label="web (i-0abc)", why="it is stopped"),)
    plan = replace(plan, found=replace(both, unread=unread))
    review = Review(plan=plan, view=view(), instances=(WEB_1,), checks=checks(DEMAND, GOOD))
    check("cron2aws.plan/1", plan_json(review))


@dataclass(frozen=True, kw_only=True)
class Ended:
    status: str = "SUCCEEDED"
    started: datetime = datetime(2026, 11, 24, 3, tzinfo=UTC)


def test_json_of_status() -> None:
    row = Row(
        id="3f9c01ab",
        host="web-1",
        stack=deployed("3f9c01ab"),
        source="/etc/crontab",
        line=3,
        schedule="0 3 * * *",
        standing=Standing.CAME_BACK,
        seen=Seen(last=Ended(), hosts={"i-1": "left-to-cron"}, at=Ended().started),
        about=("web-1",),
        mend="cron2aws migrate",
        also=(Trouble(standing=Standing.FAILING, about=("web-2",), mend="cron2aws run"),),
        reminder="rehearsing for 20 days",
        next=datetime(2026, 11, 25, 3, tzinfo=UTC),
    )
    bare = Row(
        id="3f9c01ab",
        host=None,
        stack=None,
        source="/etc/crontab",
        line=None,
        schedule="0 3 * * *",
        standing=Standing.NOWHERE,
    )
    off = UnreadHost(id="i-2", label="web-2 (i-2)", why="its agent is not heard of")
    check("cron2aws.status/1", status_json(Tasks(rows=(row, bare), unread=(off,))))


def test_json_of_history() -> None:
    runs = (*kinds_of_runs(), printed_run())
    check("cron2aws.history/1", history_json(History(runs=runs, shows_output=True)))
    (run,) = history_json(History(runs=(printed_run(),)))["runs"]
    assert "printed" not in run["hosts"][0]
    section = section_of("reference/json.md", "`cron2aws.history/1`")
    assert all(f"`{ending}`" in section for ending in Ending)


def test_every_verdict_and_every_standing_is_documented() -> None:
    told = re.findall(r"^\| `([a-z ]+)` \|", text_of("reference/json.md"), re.MULTILINE)
    assert {standing.value for standing in Standing} <= set(told)
    assert {"exact", "differs", "never", "refused", "invalid"} <= set(told)


# --- programs that write crontabs

OTHER_PROGRAMS = "how-to/take-over-from-ansible.md"


def test_the_programs_that_were_run_are_those_that_were_recorded() -> None:
    told = section_of(OTHER_PROGRAMS, "Other programs")
    recorded = (ROOT / "tests/data/managers").glob("*.json")
    for program in {json.loads(each.read_text(encoding="utf-8"))["program"] for each in recorded}:
        for version in re.findall(r"\d+(?:\.\d+)+", program):
            assert version in told, program


def test_what_a_play_does_is_told_in_the_words_of_status() -> None:
    rows = re.findall(
        r"^\| .* \| .* \| (.+?)(?:; exit code 4)? \|$",
        section_of(OTHER_PROGRAMS, "When something else happens"),
        re.MULTILINE,
    )
    assert rows
    ends = re.compile("; `migrate` takes it as it is|: cron runs it")
    words = {re.sub(ends, "", each) for each in rows}
    assert words - {"`status`", "---"} <= {each.value for each in Standing}


def test_a_program_s_way_to_take_a_line_away_is_its_remedy() -> None:
    told = text_of(OTHER_PROGRAMS)
    for manager in MANAGERS:
        takes = re.search(r"`(state: absent|ensure => absent|cron\.absent)`", manager.remedy)
        assert not takes or takes[0] in told, manager.name
