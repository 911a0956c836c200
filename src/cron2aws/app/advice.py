"""The options that were given to a command, for the commands that it advises."""

from __future__ import annotations

from cron2aws.app.aws_options import AwsOptions
from cron2aws.app.options import FromHosts, Sources
from cron2aws.plan.advice import Advice
from cron2aws.task.documents import Document


def advice_of(sources: Sources, before: tuple[str, ...], hosts: FromHosts | None = None) -> Advice:
    """For commands that read the same lines, of the same AWS."""
    how = {
        "--dialect": sources.host.dialect,
        "--timezone": sources.host.timezone,
        "--format-of": sources.source.format_of and sources.source.format_of.value,
        "--user": sources.source.user,
    }
    return Advice(
        before=before, named=sources.named, how=_given(how), hosts=_hosts(hosts or FromHosts())
    )


def _hosts(asked: FromHosts) -> tuple[str, ...]:
    if not asked.from_hosts:
        return ()
    if asked.target:
        return ("--from-hosts", *asked.target.options)
    return ("--from-hosts", "--instance-ids", ",".join(asked.instance_ids))


def which_aws(options: AwsOptions) -> tuple[str, ...]:
    """The options that name the AWS, as they were given."""
    return _given(
        {
            "--profile": options.profile,
            "--region": options.region,
            "--endpoint-url": options.endpoint_url,
        }
    )


def without(document: Document, advice: Advice) -> str:
    """The note about a document that is missing: its script is sent as it is."""
    return (
        f"note: there is no document {document.name} here, so its script goes out as "
        f"AWS-RunShellScript: the right to send that is a right to anything on a host; "
        f"`{advice.setup()}` makes the document"
    )


def _given(options: dict[str, str | None]) -> tuple[str, ...]:
    return tuple(word for name, value in options.items() if value for word in (name, value))
