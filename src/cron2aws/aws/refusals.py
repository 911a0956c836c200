"""What an error of ours was made from, without botocore: help and completion go without it."""

from __future__ import annotations

from cron2aws.errors import AwsError


def was_refused(failed: AwsError) -> bool:
    """Whether AWS itself said no, so that nothing came of the call.

    Of botocore's errors that is ClientError, which alone names the operation.
    """
    return hasattr(failed.__cause__, "operation_name")
