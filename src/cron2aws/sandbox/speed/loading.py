"""moto and boto3 loaded sooner: what is read again and again once, what nobody calls not at all."""

from __future__ import annotations

import functools
import importlib
import sys
import types
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VALIDATOR = "openapi_spec_validator"
_ERRORS = f"{VALIDATOR}.validation.exceptions"


def loading_hooks() -> Iterator[Hook]:
    """What is in place before moto's services are imported."""
    yield Hook(owner="botocore.session", name="create_loader", replace=reading_once, optional=True)
    # with moto's own additions; each of its services looked through the folders of all of AWS's
    yield Hook(owner="moto.core.utils", name="create_loader", replace=remembering, optional=True)


@functools.cache  # one for all sandboxes of a process
def reading_once(create: Callable[..., Foreign]) -> Callable[..., Foreign]:
    """Botocore's `create_loader`: what one session has read, ours included, all of them have.

    moto makes sessions of its own to ask which regions there are, and each read EC2's model.
    """
    from cron2aws.aws.models import loader_of  # botocore: completion goes without

    def created(data_path: str | None = None) -> Foreign:
        loader: Foreign = create(data_path)
        known: Foreign = loader_of(data_path)
        loader._cache = known._cache
        return loader

    return created


@functools.cache
def remembering(create: Callable[[], Foreign]) -> Callable[[], Foreign]:
    """Moto's `create_loader`: one, which remembers."""
    return functools.cache(create)


@contextmanager
def without_validator() -> Iterator[None]:
    """Let moto's API Gateway be imported without its validator of OpenAPI, pydantic and all.

    That is a fifth of moto's loading, and no task has an API. Who calls it all the same gets it.
    """
    if VALIDATOR in sys.modules:
        yield
        return
    put = _stand_ins()
    sys.modules.update(put)
    try:
        yield
    finally:
        for name in put:
            del sys.modules[name]


def _stand_ins() -> dict[str, types.ModuleType]:
    class OpenAPIValidationError(Exception):
        """As the validator's own, which is not there yet."""

        message = ""

    def validate(document: Foreign) -> None:
        real = importlib.import_module(VALIDATOR)
        errors: Foreign = importlib.import_module(_ERRORS)
        try:
            real.validate(document)
        except errors.OpenAPIValidationError as wrong:
            told = OpenAPIValidationError(str(wrong))
            told.message = wrong.message
            raise told from wrong

    names = (VALIDATOR, f"{VALIDATOR}.validation", _ERRORS)
    made: dict[str, Foreign] = {name: types.ModuleType(name) for name in names}
    made[VALIDATOR].validate = validate
    made[_ERRORS].OpenAPIValidationError = OpenAPIValidationError
    return made
