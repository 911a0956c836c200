"""Which tasks `rollback --from-hosts` takes back: a row a case, wrong under any other rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import pytest

from cron2aws.app.fleet_returns import Hosts, check_narrowed, fleet_returns
from cron2aws.app.options import FromHosts, RollbackOptions
from cron2aws.assess.values import Unread, UnreadHost
from cron2aws.aws.instances import Instance
from cron2aws.errors import UsageError
from cron2aws.handover.history import Kept
from cron2aws.handover.returning import Return
from cron2aws.plan.advice import Advice
from cron2aws.plan.values import Deployed, Place
from cron2aws.task.target import Target
from cron2aws.task.task import TAG_HOST, TAG_ID, TAG_SOURCE, TAG_USER
from tests.fakes import deployed
from tests.making import assessment_of, assessment_of_hosts, host_of, settings

PLACE = Place(account="123456789012", region="eu-west-1")
ACTIVE = "0 * * * * root /opt/backup\n"
OTHER = "30 * * * * root /opt/other\n"
(ID,) = (entry.id for entry in assessment_of(ACTIVE).entries)
WEB, DB, ONE = ({"role": ["web"]}, {"role": ["db"]}, {"Name": ["web-1"]})
KEPT = Kept(source="/etc/crontab", mark=f" # cron2aws:{ID}@2026-11-20T03:00Z", line=b"x")


def stack(of: Mapping[str, Sequence[str]], **more: object) -> Deployed:
    target = Target.having(of)
    tags = {TAG_ID: ID, TAG_SOURCE: "/etc/crontab", TAG_HOST: "web-1", TAG_USER: "root"}
    parameters = {**target.parameters(), "RuleName": f"rule-{target.id}", "Enabled": "true"}
    made = deployed(ID, parameters, tags=tags, name=f"task-{target.readable}".replace("--", "-"))
    return replace(made, **more)  # type: ignore[arg-type]


def marked(of: Mapping[str, Sequence[str]], place: str = "123456789012/eu-west-1") -> str:
    return f" # cron2aws:{ID}@2026-11-20T03:00Z {place}/{stack(of).stack_name} | {ACTIVE}"


INSTANCES = {
    # two of them are stopped, and one is of two targets
    Target.having(WEB): ["i-1", "i-2", "i-stopped"],
    Target.having(DB): ["i-8", "i-9"],
    Target.having(ONE): ["i-1"],
}


def tagged(targets: Iterable[Target]) -> Mapping[Target, Sequence[Instance]]:
    return {
        each: [Instance(id=id_, name=id_, state="") for id_ in INSTANCES[each]] for each in targets
    }


@dataclass(frozen=True, kw_only=True)
class Row:
    hosts: Mapping[str, str]
    """Their crontabs, by instance ids."""

    stacks: Sequence[Deployed] = (stack(WEB),)
    target: Mapping[str, Sequence[str]] | None = None
    tasks: tuple[str, ...] = ()
    without_lines: bool = False
    unread: Mapping[str, Unread] = field(default_factory=lambda: MappingProxyType({}))
    keeps: str = ""
    """The host that keeps the line of the task of WEB."""

    goes: Mapping[str, Sequence[str]]
    """The stacks that go, with the hosts whose line comes back."""

    asks: Mapping[str, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))
    """Of each stack the hosts that were not read, and must answer."""

    note: str = ""


ROWS = {
    "all hosts of the target": Row(
        hosts={"i-1": marked(WEB), "i-2": marked(WEB)}, target=WEB,
        unread={"i-stopped": Unread.OFF},
        goes={"task-role-web": ["i-1", "i-2"]}, asks={"task-role-web": ["i-stopped"]},
    ),
    "a host without a crontab need not answer": Row(
        hosts={"i-1": marked(WEB), "i-2": marked(WEB)}, target=WEB,
        unread={"i-stopped": Unread.NO_CRONTAB},
        goes={"task-role-web": ["i-1", "i-2"]}, asks={"task-role-web": []},
    ),
    "a rehearsal of the target": Row(
        hosts={"i-1": ACTIVE, "i-2": ACTIVE}, target=WEB,
        goes={"task-role-web": []}, asks={"task-role-web": []},
    ),
    # one host of three
    "one host: the others must answer": Row(
        hosts={"i-1": marked(WEB)},
        goes={"task-role-web": ["i-1"]}, asks={"task-role-web": ["i-2", "i-stopped"]},
    ),
    "one host, on which the line is active": Row(
        hosts={"i-1": ACTIVE}, goes={}, note="left alone: task-role-web of the tag role=web",
    ),
    "one host, which has nothing of it": Row(hosts={"i-1": OTHER}, goes={}),
    "one host, and a task of other hosts": Row(
        hosts={"i-1": ACTIVE}, stacks=(stack(DB),), goes={},
        note="`cron2aws rollback --from-hosts --tag role=db` asks all of its hosts",
    ),
    "one host, its own task beside another target's": Row(
        hosts={"i-1": marked(WEB)}, stacks=(stack(WEB), stack(DB)),
        goes={"task-role-web": ["i-1"]}, asks={"task-role-web": ["i-2", "i-stopped"]},
    ),
    "hosts of two targets, each with its own": Row(
        hosts={"i-1": marked(WEB), "i-9": marked(DB)}, stacks=(stack(WEB), stack(DB)),
        goes={"task-role-web": ["i-1"], "task-role-db": ["i-9"]},
        asks={"task-role-web": ["i-2", "i-stopped"], "task-role-db": ["i-8"]},
    ),
    "a host that could not be read is asked for its own target's alone": Row(
        hosts={"i-1": marked(WEB)}, unread={"i-9": Unread.UNKNOWN, "i-2": Unread.UNKNOWN},
        goes={"task-role-web": ["i-1"]}, asks={"task-role-web": ["i-2", "i-stopped"]},
    ),
    "one host that has lost its mark": Row(
        hosts={"i-1": OTHER}, keeps="i-1",
        goes={"task-role-web": ["i-1"]}, asks={"task-role-web": ["i-2", "i-stopped"]},
    ),
    "a host of the target that has lost its mark": Row(
        hosts={"i-1": OTHER, "i-2": marked(WEB)}, keeps="i-1", target=WEB,
        goes={"task-role-web": ["i-1", "i-2"]}, asks={"task-role-web": []},
    ),
    "a stack that never came up runs nowhere": Row(
        hosts={"i-1": marked(WEB)}, stacks=(stack(WEB, status="ROLLBACK_COMPLETE"),),
        goes={"task-role-web": ["i-1"]},
    ),
    # by name
    "named, with its line": Row(
        hosts={"i-1": marked(WEB)}, tasks=(ID[:8],),
        goes={"task-role-web": ["i-1"]}, asks={"task-role-web": ["i-2", "i-stopped"]},
    ),
    "named, of the target, without a line": Row(
        hosts={"i-1": OTHER}, tasks=(ID,), target=WEB,
        goes={"task-role-web": []}, asks={"task-role-web": []},
    ),
    "named, nobody has its line, and the person says so": Row(
        hosts={"i-1": OTHER}, tasks=(ID,), without_lines=True, goes={"task-role-web": []},
    ),
    # a host of two targets
    "its line is the other target's": Row(
        hosts={"i-1": marked(WEB)}, stacks=(stack(WEB), stack(ONE)), target=ONE, goes={},
    ),
    "its line is this target's": Row(
        hosts={"i-1": marked(ONE)}, stacks=(stack(WEB), stack(ONE)), target=ONE,
        goes={"task-web-1": ["i-1"]}, asks={"task-web-1": []},
    ),
    # another account
    "handed over elsewhere": Row(
        hosts={"i-1": marked(WEB, "999999999999/eu-west-1"), "i-2": marked(WEB)}, target=WEB,
        goes={"task-role-web": ["i-2"]}, asks={"task-role-web": []},
        note="left alone: /etc/crontab:1 was handed over to account 999999999999, eu-west-1",
    ),
    "handed over elsewhere, to a stack of the same name as another target's": Row(
        hosts={"i-1": marked(WEB, "999999999999/eu-west-1")}, stacks=(stack(WEB), stack(ONE)),
        target=ONE, goes={}, note="left alone: /etc/crontab:1 was handed over to account 9999",
    ),
}  # fmt: skip


def returned(row: Row) -> tuple[tuple[Return, ...], list[str]]:
    target = Target.having(row.target) if row.target else None
    hosts = [replace(host_of(text, name=id_), instance=id_) for id_, text in row.hosts.items()]
    known = [each for each in row.stacks if target in {None, each.target}]
    found = assessment_of_hosts(*hosts, how=settings(known=tuple(known)))
    unread = tuple(
        UnreadHost(id=id_, label=id_, why="", cron=cron) for id_, cron in row.unread.items()
    )
    notes: list[str] = []

    def kept(label: str, rule: str) -> Kept | None:
        return KEPT if label == row.keeps and rule == row.stacks[0].parameters["RuleName"] else None

    options = RollbackOptions(
        tasks=row.tasks,
        hosts=FromHosts(
            from_hosts=True, target=target, instance_ids=() if target else tuple(row.hosts)
        ),
        without_lines=row.without_lines,
    )
    check_narrowed(options)
    given = Hosts(
        found=replace(found, unread=unread),
        kept=kept,
        tagged=tagged,
        place=PLACE,
        advice=Advice(),
        note=notes.append,
    )
    return fleet_returns(given, row.stacks, options), notes


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_goes(row: Row) -> None:
    found, notes = returned(row)
    assert {back.stack.stack_name: list(back.on) for back in found if back.stack} == row.goes
    asked = {back.stack.stack_name: list(back.unread) for back in found if back.stack}
    assert {name: each for name, each in asked.items() if name in row.asks} == row.asks
    assert {back.stack.stack_name for back in found if back.stack and back.elsewhere} == set(
        row.asks
    )
    assert len(notes) == bool(row.note)
    assert row.note in "".join(notes)


def test_a_named_task_that_other_hosts_may_need_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        returned(Row(hosts={"i-1": ACTIVE}, stacks=(stack(DB),), tasks=(ID[:8],), goes={}))
    assert "no line of task-role-db is marked on the hosts that were read" in str(refused.value)
    assert f"rollback {ID} --from-hosts --tag role=db` asks all of them" in str(refused.value)


def test_without_lines_needs_a_target_or_names() -> None:
    with pytest.raises(UsageError, match="needs the names of the tasks"):
        returned(Row(hosts={"i-1": ACTIVE}, without_lines=True, goes={}))


def test_what_several_hosts_have_is_told_once() -> None:
    text = marked(WEB, "999999999999/eu-west-1")
    _, notes = returned(Row(hosts={"i-1": text, "i-2": text, "i-8": text}, target=WEB, goes={}))
    assert len(notes) == 1
