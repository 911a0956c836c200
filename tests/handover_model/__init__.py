"""An executable model of the hand-over: the rule, a world to try it in, and a search of that world.

`rule.py` decides who runs a minute, `which.py` which line of a crontab is a task's,
`reading.py` what the lines of a file are. They are short, and nothing else may know better.
`world.py`, `steps.py` and `command.py` are the hosts and all that may happen there; `explore.py`
searches every order of it; `exceptions.py` says where a minute may end otherwise than once.
`cases.py` holds concrete files and moments for the real runner.

A host's clock that is ahead is a late delivery, one that is behind an early one. Hosts know
nothing of each other, so there are two of them only where a task asks one of several
(`RunOn=one`). Left out: clocks that are set while it goes on, a kill within a look, and daemons
that notice changes in other ways than by mtime.
"""
