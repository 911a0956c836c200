"""The resources of cfn/documents.yaml: the table of task/documents.py with the scripts, packed."""

from __future__ import annotations

import sys
from pathlib import Path

from cron2aws.task.documents import DOCUMENTS, EDIT, Document, with_values
from tools.pack_shell import packed

SOURCES = Path(__file__).parent.parent / "cfn" / "functions"


def source_of(document: Document) -> str:
    """Its whole script, as it stands in the files."""
    return document.script(lambda name: (SOURCES / name).read_text(encoding="utf-8"))


def script_of(document: Document) -> str:
    """What stands in the document: without comments, and with parameters where values go."""
    text = source_of(document)
    return packed(with_values(text, {name: f"{{{{ {name} }}}}" for name in document.slots}))


def resources() -> str:
    """The section of the template, for cog."""
    return "".join(map(_resource, DOCUMENTS))


def _resource(document: Document) -> str:
    logical = document.name.removeprefix("cron2aws-").capitalize()
    lines = [
        f"{logical}:",
        "  Type: AWS::SSM::Document",
        "  Properties:",
        f"    Name: {document.name}",
        "    DocumentType: Command",
        "    DocumentFormat: JSON",
        "    UpdateMethod: NewVersion",
        "    Content:",
        '      schemaVersion: "2.2"',
        f"      description: {document.meaning}",
        "      parameters:",
    ]
    for name, slot in document.slots.items():
        lines += [
            f"        {name}:",
            "          type: String",
            f"          description: {slot.meaning}",
            f"          allowedPattern: '{slot.pattern}'",
        ]
    lines += [
        "      mainSteps:",
        "      - action: aws:runShellScript",
        f"        name: {logical.lower()}",
        "        inputs:",
        f'          timeoutSeconds: "{document.seconds}"',
        "          runCommand:",
        "          - |",
    ]
    script = script_of(document).removesuffix("\n").split("\n")
    lines += [f"            {line}" if line else "" for line in script]
    return "".join(f"{line}\n" for line in lines)


if (
    __name__ == "__main__"
):  # the files of the edit script call each other: shellcheck reads it whole
    sys.stdout.write(source_of(EDIT))
