"""Executions of state machines: watched, stopped, on the sandbox's clock."""
