"""Every document as text for people, secrets masked."""

from __future__ import annotations

from collections.abc import Iterator

from cron2aws.report.document import Document
from cron2aws.report.text import Style


class Table:
    """`--output table`."""

    is_for_eyes = True

    def write(self, document: Document, style: Style) -> Iterator[str]:
        """The document as tables, as wide as `style` says."""
        # rich takes as long to be imported as hundreds of lines to be judged: JSON goes without
        from cron2aws.report.layout import text_of  # noqa: PLC0415
        from cron2aws.report.tables import parts_of  # noqa: PLC0415

        yield text_of(*parts_of(document), style=style)
