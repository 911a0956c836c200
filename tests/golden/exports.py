"""Goldens of `export`: the files of two fixtures, and a manifest with all of its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.golden.golden import Golden, titled
from tests.golden.hosts import fixture, host
from tests.golden.session import session_without_aws

ACCOUNT = "--account 123456789012 --from 2026-11-23"
COMPANY = (
    "--own-roles --stack-tag team=web --termination-protection --overlap skip --name-prefix erp "
    "--failed-topic-arn arn:aws:sns:us-east-1:123456789012:bad"
)
_TEMPLATE = re.compile(r'(?<="file": "templates/)([a-z.-]+", "sha256": ")[0-9a-f]{64}')
LINES = """\
0 3 * * * root backup --all
0 4 * * * root mysqldump --password=hunter2
#Ansible: nightly
0 5 * * * root tidy
 # cron2aws:ea68b89a5c21b3d6@- 123456789012/us-east-1/cron2aws-db-x | 0 6 * * * root other
"""


def exports() -> Iterator[Golden]:
    """One golden a folder."""
    yield Golden(
        name="export/tokyo-reports",
        make=partial(_folder, "tokyo-reports", "--tag Name=reports --email ops@example.com"),
    )
    yield Golden(
        name="export/amazon-batch-with-own-roles",
        make=partial(_folder, "amazon-batch", f"--tag Role=batch {COMPANY}"),
    )
    yield Golden(name="json/export", make=_manifest)


def _folder(name: str, options: str, folder: Path) -> str:
    fixture(name, folder)
    with session_without_aws(folder) as session:
        said = session.type(f"cron2aws export out {name} {options} {ACCOUNT}")
    files = {
        path: (folder / "out" / path).read_text(encoding="utf-8", errors="backslashreplace")
        for path in sorted(
            str(each.relative_to(folder / "out"))
            for each in (folder / "out").rglob("*")
            if each.is_file()
        )
        if not path.startswith("templates/")  # those of cfn/
    }
    return _without_digests(titled({"what is said": said, **files}))


def _manifest(folder: Path) -> str:
    host(folder, {"/etc/crontab": LINES})
    role = "--service-role arn:aws:iam::123456789012:role/deploys"
    with session_without_aws(folder) as session:
        code, said = session.answer(f"cron2aws export out web-1 --tag Name=web {role} {ACCOUNT}")
    assert code == 4, said
    return _without_digests((folder / "out/manifest.json").read_text(encoding="utf-8"))


def _without_digests(text: str) -> str:
    """Those of templates change with every change of cfn/."""
    return _TEMPLATE.sub(rf"\g<1>{'0' * 64}", text)
