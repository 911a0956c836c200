"""Run Command and its hosts: stand-ins for instances, and an agent that shows or runs commands."""
