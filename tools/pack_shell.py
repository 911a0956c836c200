"""A program for POSIX shells in fewer bytes: the same program, as Run Command gets it.

Lines that are a comment, blank lines and indentation are left out where the shell reads commands.
What stands in quotes, in `${...}`, in `$((...))` or in a here-document stays to the letter, awk's
programs too. What this reader of the shell's grammar can't be sure of is refused, never guessed.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from tools.pack_python import CannotPackError

COMMANDS = ("$(", "(")
"""In these, commands are read, as they are where nothing is open."""
ARITHMETIC = ("$((", "((")
BEFORE_WORD = " \t;&|()<>"
HERE = re.compile(r"<<(-?)[ \t]*(?:'(\w+)'|\"(\w+)\"|\\?(\w+))(?=[\s;&|<>)]|$)")
CASE = re.compile(r"case[ \t]")


def packed(text: str) -> str:
    """The packed text.

    Raises CannotPackError, with the number of the line, for what it can't be sure of.
    """
    reader = _Reader()
    written = []
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        try:
            written += reader.line(line)
        except CannotPackError as error:
            raise CannotPackError(f"line {number}: {error}") from None
    if reader.stack or reader.continued or reader.awaited:
        raise CannotPackError("the text ends in the middle of something")
    return "".join(f"{line}\n" for line in written)


def as_python(name: str, text: str) -> str:
    """An assignment in Python that can be read as the shell's text is: each line on its own."""
    for quotes in ('"""', "'''"):
        value = f"r{quotes}{text}{quotes}"
        try:
            if ast.literal_eval(value) == text:
                return f"{name} = {value}\n"
        except (SyntaxError, ValueError):
            continue
    raise CannotPackError(
        "Python would read the text otherwise: triple quotes, or an end in a backslash"
    )


@dataclass(kw_only=True)
class _Reader:
    stack: list[str] = field(default_factory=list)
    """What is open, the innermost last."""
    awaited: list[tuple[str, bool]] = field(default_factory=list)
    """The ends of here-documents that follow, and whether tabs may stand before them."""
    continued: bool = False
    """The line before ended in a backslash."""
    before: str = ""

    def line(self, line: str) -> list[str]:
        """What is written of the next line: itself, shortened, or nothing."""
        if "\r" in line or "\0" in line:
            raise CannotPackError("a carriage return or a null byte")
        before, self.before = self.before, line
        if self.awaited:
            self._in_here_document(line, before)
            return [line]
        commands, bare = self._reads_commands(), line.lstrip(" \t")
        if not self.continued and commands and (not bare or bare.startswith("#")):
            return []
        if self.continued and (not bare or bare.startswith("#")):
            raise CannotPackError("nothing, or a comment, behind a line that goes on")
        blank = " " if self.continued and bare != line else ""
        self._read(line)
        if self.awaited and (self.continued or not self._reads_commands()):
            raise CannotPackError("a here-document whose line goes on in the next one")
        return [blank + bare if commands else line]

    def _reads_commands(self) -> bool:
        return all(each in COMMANDS for each in self.stack)

    def _in_here_document(self, line: str, before: str) -> None:
        end, tabs = self.awaited[0]
        if (line.lstrip("\t") if tabs else line) == end:
            if before.endswith("\\"):
                raise CannotPackError("a here-document whose last line ends in a backslash")
            self.awaited.pop(0)

    def _read(self, line: str) -> None:
        at, self.continued = 0, False
        while at < len(line):
            inside = self.stack[-1] if self.stack else "("
            if inside == "'":
                at = self._in_apostrophes(line, at)
            elif line[at] == "\\":
                at = self._escape(line, at)
            elif line[at] == "`":
                raise CannotPackError("a back-quote: say $(...)")
            elif inside in COMMANDS:
                at = self._in_commands(line, at)
            elif inside in ARITHMETIC:
                at = self._in_arithmetic(line, at)
            else:
                at = self._in_word(line, at, inside)

    def _in_apostrophes(self, line: str, at: int) -> int:
        end = line.find("'", at)
        if end < 0:
            return len(line)
        self.stack.pop()
        return end + 1

    def _escape(self, line: str, at: int) -> int:
        if at + 1 == len(line):
            if not self.stack or self.stack[-1] != '"':
                if line[at - 1 : at] not in ("", " ", "\t"):
                    raise CannotPackError("a word that goes on in the next line")
            elif line[at - 1 : at] == "$":
                raise CannotPackError("a `$` that goes on in the next line")
            self.continued = True
        return at + 2 + line.startswith("#", at + 2)  # behind an escape it begins no comment

    def _in_commands(self, line: str, at: int) -> int:
        here, begins = line[at], at == 0 or line[at - 1] in BEFORE_WORD
        if here == "#" and begins:
            return len(line)
        if begins and self.stack and CASE.match(line, at):
            raise CannotPackError("`case` in parentheses")
        if begins and line.startswith("((", at):
            raise CannotPackError("`((`: subshells, or bash's arithmetic")
        if line.startswith("<<", at):
            return self._here_document(line, at)
        if here in "'\"(":
            self.stack.append(here)
        elif here == ")" and self.stack:  # else it ends a pattern of `case`
            self.stack.pop()
        elif here == "$":
            return self._expansion(line, at)
        return at + 1

    def _here_document(self, line: str, at: int) -> int:
        found = HERE.match(line, at)
        if not found:
            raise CannotPackError("`<<` with something else than a word")
        self.awaited.append((found[2] or found[3] or found[4], bool(found[1])))
        return found.end()

    def _in_arithmetic(self, line: str, at: int) -> int:
        inside, here = self.stack[-1], line[at]
        if here in "'\"":
            raise CannotPackError("quotes in $((...))")
        if here == "(":
            self.stack.append("((")
        elif here == ")":
            if inside == "$((" and not line.startswith("))", at):
                raise CannotPackError("`$((` that is no arithmetic: say `$( (`")
            self.stack.pop()
            return at + (2 if inside == "$((" else 1)
        elif here == "$":
            return self._expansion(line, at)
        return at + 1

    def _in_word(self, line: str, at: int, inside: str) -> int:
        """In double quotes, or in `${...}`."""
        here = line[at]
        if here == {'"': '"', "${": "}"}[inside]:
            self.stack.pop()
        elif inside == "${" and here in "'\"":
            if here == "'" and '"' in self.stack:
                raise CannotPackError('an apostrophe in "${...}": shells differ')
            self.stack.append(here)
        elif here == "$":
            return self._expansion(line, at)
        return at + 1

    def _expansion(self, line: str, at: int) -> int:
        for opening in ("$((", "$(", "${"):
            if line.startswith(opening, at):
                self.stack.append(opening)
                return at + len(opening)
        if line[at + 1 : at + 2] in ("'", '"') and self.stack[-1:] != ['"']:
            raise CannotPackError("bash's $'...' or $\"...\"")
        return at + 1
