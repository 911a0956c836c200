"""The files of an export, by their paths below its folder: pure, and the same for the same plan."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from cron2aws.report.export.manifest import MANIFEST, manifest_text
from cron2aws.report.export.readme import readme
from cron2aws.report.export.script import SCRIPT, script
from cron2aws.report.export.values import Export

PROGRAMS = frozenset({SCRIPT})
"""The files that are run."""


def files_of(export: Export) -> dict[str, bytes]:
    """All files of an export with their bytes, the manifest among them."""
    files = dict(_files(export))
    return {**files, MANIFEST: manifest_text(export, files).encode()}


def _files(export: Export) -> Iterator[tuple[str, bytes]]:
    yield "README.md", readme(export).encode()
    yield SCRIPT, script(export).encode()
    for name in export.used_templates:
        yield f"templates/{name}", export.templates[name].encode()
    for stack in export.stacks:
        yield stack.parameters_file, listed(stack.parameters, "Parameter").encode()
        yield stack.tags_file, listed(stack.tags, "").encode()
    for patch in export.patches:
        yield patch.file, patch.text


def listed(values: Mapping[str, str], prefix: str) -> str:
    """Parameters (`ParameterKey`) or tags (`Key`) as the JSON of CloudFormation's calls.

    One a line and in ASCII: deploy.sh turns each line into another form with sed.
    """
    lines = (
        json.dumps({f"{prefix}Key": name, f"{prefix}Value": values[name]})
        for name in sorted(values)
    )
    return "[\n" + ",\n".join(f"  {line}" for line in lines) + "\n]\n" if values else "[]\n"
