"""The kinds of things that preflight counts, as it names them."""

from __future__ import annotations

STACKS, ROLES, SCHEDULES = "stacks", "roles", "schedules"
RULES, MACHINES, TOPICS = "rules", "state machines", "topics"
FUNCTIONS, LOG_GROUPS = "functions", "log groups"
