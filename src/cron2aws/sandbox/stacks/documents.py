"""A stack's documents: made of mappings, and changed in place, which moto does under a new name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable


def making(original: Callable[..., Foreign]) -> Callable[..., Foreign]:
    """create_document: of a stack's, whose content is a mapping."""

    def make(backend: Foreign, content: Foreign, *arguments: Foreign, **named: Foreign) -> Foreign:
        return original(backend, _written(content), *arguments, **named)

    return make


def change_document(
    document: Foreign, was: dict[str, Any], properties: dict[str, Any], account: str, region: str
) -> None:
    """UpdateDocument and UpdateDocumentDefaultVersion, where UpdateMethod is NewVersion.

    A content that a version has already is no failure, and changes nothing, as AWS's handler has
    it (aws-cloudformation-resource-providers-ssm, UpdateHandler.java).
    """
    from moto.ssm.exceptions import DuplicateDocumentContent
    from moto.ssm.models import ssm_backends

    del was
    name, content = document.name, _written(properties["Content"])
    backend = ssm_backends[account][region]
    if backend._documents[name].get_latest_version().content == content:
        return  # a rollback, of what was not changed
    if properties.get("UpdateMethod") != "NewVersion":
        message = (
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
            f"Rename {name} and update the stack again."
        )
        raise ValueError(message)
    try:
        made = backend.update_document(
            content=content,
            attachments=[],
            name=name,
            version_name="",
            document_version="$LATEST",
            document_format=properties.get("DocumentFormat", "JSON"),
            target_type="",
        )
    except DuplicateDocumentContent:
        return
    backend.update_document_default_version(name, made["LatestVersion"])


def _written(content: Foreign) -> str:
    return content if isinstance(content, str) else json.dumps(content)
