"""The hand-over counted with real parts, by hand: every minute of every job, whoever ran it.

Each host is a set of namespaces with its own crontabs, state and cron daemon; its AWS is the
project's sandbox in a process of its own, by the real clock. See `python -m tests.counted --help`.
"""
