"""An executable model of the hand-over: the rule, a world to try it in, and a search of that world.

`rule.py` decides who runs a minute, `which.py` which line of a crontab is a task's,
`reading.py` what the lines of a file are. They are short, and nothing else may know better.
`cases.py` holds concrete files and moments for the real runner.
"""
