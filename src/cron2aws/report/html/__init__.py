"""A report as one HTML file that asks nothing of any network."""

from cron2aws.report.html.page import html_of

__all__ = ["html_of"]
