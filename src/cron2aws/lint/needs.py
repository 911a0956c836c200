"""What a command takes for granted: a folder, a terminal, somebody who waits, another user.

Each check says what it saw, or None.
"""

from __future__ import annotations

import re
from itertools import takewhile
from operator import methodcaller

from cron2aws.lint.case import Case, short
from cron2aws.lint.words import SHELLS, Simple

_INTERPRETERS = re.compile(r"source|\.|python[\d.]*|perl|ruby|php[\d.]*|node")
_LIKE_INTERPRETERS = ("source", ".", "python", "perl", "ruby", "php", "node")
_SCRIPT = re.compile(r"[\w.-][^$`=]*\.(?:sh|py|pl|rb|php|js)|[\w.-]+/[^$`=]+")
_RELATIVE = re.compile(r"[\w.][^$`:=]*/[^$`]*")


def relative(case: Case) -> str | None:
    """A relative path in front of the first change of directory."""
    for _, name, arguments in case.programs:
        if name in {"cd", "pushd"}:
            path = arguments[0] if arguments else "~"
            return f"`cd {path}`" if re.match(r"[\w.]", path) else None
        if name in SHELLS or (
            name.startswith(_LIKE_INTERPRETERS) and _INTERPRETERS.fullmatch(name)
        ):
            script = next((each for each in arguments if not each.startswith("-")), "")
            if "-c" not in arguments and "-m" not in arguments and _SCRIPT.fullmatch(script):
                return f"`{script}`"
    for simple in case.commands:
        for path in (simple.program, *[each.target for each in simple.redirections]):
            if "/" in path and path[0] != "/" and _RELATIVE.fullmatch(path):
                return f"`{path}`"
    return None


_TERMINAL = frozenset(
    ("vi", "vim", "nvim", "nano", "less", "more", "htop", "dialog", "whiptail", "passwd", "mc")
)
_DISPLAY = frozenset(
    ("notify-send", "zenity", "xmessage", "xdotool", "xset", "xrandr", "xterm", "xdg-open", "scrot")
)
_SETS_DISPLAY = methodcaller("startswith", "DISPLAY=")
_BROWSERS = frozenset(("firefox", "chromium", "google-chrome"))
_TTY_OPTION = re.compile(r"-[a-z]*t[a-z]*|--tty")


def interactive(case: Case) -> str | None:
    """A program that asks for a terminal or a display."""
    if "DISPLAY" in case.environment:
        return "the crontab sets DISPLAY"
    for simple, name, arguments in case.programs:
        words = simple.assignments + simple.words
        if "DISPLAY=" in " ".join(words) and any(map(_SETS_DISPLAY, words)):
            return f"`{name}` gets a DISPLAY"
        if name not in _SHOWN:
            continue
        if name in _TERMINAL:
            return f"`{name}` asks for a terminal"
        if name in _DISPLAY or (name in _BROWSERS and not _headless(arguments)):
            return f"`{name}` opens a window"
        if _asks_for_terminal(name, arguments):
            return f"`{name}` is told to take a terminal"
    return None


_CONTAINERS = frozenset(("docker", "podman", "kubectl", "docker-compose"))
_SHOWN = _TERMINAL | _DISPLAY | _BROWSERS | _CONTAINERS | {"top", "screen", "tmux"}
"""Nearly no program is one of them."""


def _headless(arguments: tuple[str, ...]) -> bool:
    return any(each.startswith("--headless") for each in arguments)


def _asks_for_terminal(name: str, arguments: tuple[str, ...]) -> bool:
    if name == "top":
        return not any(each.startswith("-") and "b" in each for each in arguments)
    if name in _CONTAINERS and {"exec", "run"} & set(arguments):
        start = min(arguments.index(verb) for verb in ("exec", "run") if verb in arguments)
        options = _leading_options(arguments[start + 1 :])
        if name == "docker-compose" or "compose" in arguments[:start]:
            return "-T" not in options  # compose takes a terminal where it is not told otherwise
        return any(_TTY_OPTION.fullmatch(each) for each in options)
    return name in {"screen", "tmux"} and bool(arguments) and arguments[0] in {"-r", "-x", "attach"}


def _leading_options(words: tuple[str, ...]) -> list[str]:
    return list(takewhile(lambda word: word.startswith("-"), words))


_DETACHES = frozenset(("nohup", "setsid", "disown", "daemonize", "start-stop-daemon"))
_DETACHED = re.compile(r"-d\w*")


def background(case: Case) -> str | None:
    """A process that goes on after the shell has ended, unless the shell waits for it."""
    for simple, name, arguments in case.programs:
        detached = _detached(simple, name, arguments)
        if detached:
            waits = any(each == "wait" for _, each, _ in case.programs)
            return None if waits else detached
    return None


def _detached(simple: Simple, name: str, arguments: tuple[str, ...]) -> str | None:
    if simple.end == "&":
        return f"{short(' '.join(simple.words))} with `&`"
    if name in _DETACHES:
        return f"`{name}`"
    if name in {"screen", "tmux"} and any(map(_DETACHED.fullmatch, arguments)):
        return f"`{name}` without its terminal"
    return None


_SWITCHES = frozenset(("sudo", "su", "doas", "runuser", "gosu", "setuidgid", "chpst"))


def other_user(case: Case) -> str | None:
    """The first program that changes to another user."""
    for _, name, _ in case.programs:
        if name in _SWITCHES:
            return f"`{name}`"
    return None
