"""What Run Command's words for a host's part of a command mean."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RUNNING = frozenset({"Pending", "InProgress", "Delayed", "Cancelling"})
"""It has not ended."""

NEVER_BEGAN = frozenset({"DeliveryTimedOut", "Undeliverable", "AccessDenied", "InvalidPlatform"})
"""The host did nothing of it, and will not."""

ENDS: Mapping[str, str] = MappingProxyType(
    {
        "DeliveryTimedOut": "its agent did not take the command within a minute",
        "ExecutionTimedOut": "it took longer than it may",
        "Undeliverable": "Systems Manager could not deliver the command",
        "Terminated": "Systems Manager ended the command",
        "AccessDenied": "its agent was not allowed to run the command",
        "InvalidPlatform": "the document is not for its platform",
        "Cancelled": "somebody cancelled the command",
    }
)
"""Why there is no answer, for each end that is none of the script's own."""
