"""Python in fewer bytes: the same program, as a template carries it.

Comments, docstrings, annotations with what they alone use, and blank lines are left out, a
statement is one line, a block of one simple statement stands behind its colon, a level is one
blank, and none stands at an operator.
Strings and the order stay, and so do names where no others are given; quotes are single ones where
that changes nothing, for JSON pays for each double one.
Text is cut, never printed from a syntax tree: every version of Python gives the same.
"""

from __future__ import annotations

import ast
import io
import itertools
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

DROPPED = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
FORMATTED = {"FSTRING_START": 1, "TSTRING_START": 1, "FSTRING_END": -1, "TSTRING_END": -1}
"""From Python 3.12 on an f-string is many tokens; before, it is one."""
COMPOUND = {"@", "async", "case", "class", "def", "for", "if", "match", "try", "while", "with"}
"""What may begin a statement that can't stand behind a colon; two of them may begin others, too."""

PLAIN = re.compile(r'\A([A-Za-z]*)"([^"\'\\]*)"\Z')
"""A string that reads the same in single quotes: one with neither quotes nor backslashes in it."""

Place = tuple[int, int]
"""Row from 1 and column from 0 on, in characters, as tokenize counts."""


class CannotPackError(Exception):
    """The packed text might do something else than the source."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A piece of the source that is left out, and what stands there instead."""

    start: Place
    end: Place
    instead: str = ""


@dataclass(frozen=True, kw_only=True)
class Token:
    """What stays together: a word, an operator, a string with all that is in it."""

    text: str
    start: Place
    end: Place
    kind: int = tokenize.OP


@dataclass(frozen=True, kw_only=True)
class _Line:
    text: str
    depth: int
    opens: bool
    """Whether a block follows."""
    simple: bool


class Source:
    """The text of a module, as tokens and as a tree that know each other's places."""

    def __init__(self, text: str, name: str = "<text>") -> None:
        self.rows = text.split("\n")
        self.tree = ast.parse(text, name)
        self.name = name
        found = tokenize.generate_tokens(io.StringIO(text).readline)
        self.tokens = list(_whole_strings(found, self.rows))

    def start(self, node: ast.stmt | ast.expr | ast.arg) -> Place:
        return self._place(node.lineno, node.col_offset)

    def end(self, node: ast.stmt | ast.expr | ast.arg) -> Place:
        assert node.end_lineno is not None  # noqa: S101 (ast.parse always sets both)
        assert node.end_col_offset is not None  # noqa: S101
        return self._place(node.end_lineno, node.end_col_offset)

    def _place(self, row: int, column: int) -> Place:
        """The tree counts bytes of UTF-8."""
        return row, len(self.rows[row - 1].encode()[:column].decode())

    def first(self, text: str, after: Place) -> Place:
        """Where the first such token from a place on begins."""
        return next(each.start for each in self.tokens if each.start >= after and each.text == text)


def packed(source: Source, cuts: Iterable[Cut] = (), instead: Mapping[Place, str] = {}) -> str:
    """The packed text, with further cuts, and with other words in some places.

    Raises CannotPackError for an annotation that does something.
    """
    cuts = [*cuts, *_docstrings(source), *_annotations(source), *_types(source)]
    lines = list(_lines(source, cuts, instead))
    text, behind_colon = "", False
    for index, line in enumerate(lines):
        text += line.text if behind_colon else "\n" + " " * line.depth + line.text
        ends = index + 2 >= len(lines) or lines[index + 2].depth <= line.depth
        behind_colon = line.opens and index + 1 < len(lines) and lines[index + 1].simple and ends
    return f"{text[1:]}\n" if text else ""


def _whole_strings(found: Iterator[tokenize.TokenInfo], rows: list[str]) -> Iterator[Token]:
    """Tokens, each f-string as one of them, as it is written."""
    inside, start = 0, (0, 0)
    for each in found:
        change = FORMATTED.get(tokenize.tok_name[each.type], 0)
        start = each.start if change > 0 and not inside else start
        inside += change
        if change < 0 and not inside:
            text = _between(rows, start, each.end)
            yield Token(text=text, start=start, end=each.end, kind=tokenize.STRING)
        elif not inside and not change:
            yield Token(text=each.string, start=each.start, end=each.end, kind=each.type)


def _between(rows: list[str], start: Place, end: Place) -> str:
    there = rows[start[0] - 1 : end[0]]
    there[-1] = there[-1][: end[1]]
    there[0] = there[0][start[1] :]
    return "\n".join(there)


# --- what is left out


def _docstrings(source: Source) -> Iterator[Cut]:
    """Every statement that is a string and nothing else, and `from __future__`."""
    for node, name in itertools.product(ast.walk(source.tree), ("body", "orelse", "finalbody")):
        block = getattr(node, name, None)
        if not isinstance(block, list):
            continue
        idle = [each for each in block if _does_nothing(each)]
        for each in idle:
            last = len(idle) == len(block) and each is idle[-1]
            instead = "pass" if last and not isinstance(node, ast.Module) else ""
            yield Cut(start=source.start(each), end=source.end(each), instead=instead)


def _does_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):  # of Python 3.11's futures, annotations alone do something
        return node.module == "__future__"
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _annotations(source: Source) -> Iterator[Cut]:
    fields = _fields(source)
    for node in ast.walk(source.tree):
        match node:
            case ast.arg(annotation=ast.expr()):
                row, column = source.start(node)
                yield Cut(start=(row, column + len(node.arg)), end=source.end(node))
            case (
                ast.FunctionDef(returns=ast.expr() as said)
                | ast.AsyncFunctionDef(returns=ast.expr() as said)
            ):
                arrow = source.first("->", source.start(node))
                yield Cut(start=arrow, end=source.first(":", source.end(said)))
            case ast.AnnAssign() if id(node) not in fields:
                if node.value is None:
                    where = f"{source.name}:{node.lineno}"
                    raise CannotPackError(f"{where}: without a value an annotation makes a local")
                colon = source.first(":", source.end(node.target))
                yield Cut(start=colon, end=source.first("=", source.end(node.annotation)))


def _fields(source: Source) -> set[int]:
    """The ids of the statements in classes: a class may ask for its annotations."""
    classes = [node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]
    return {id(each) for node in classes for each in node.body}


def _types(source: Source) -> Iterator[Cut]:
    """A module's imports from typing, and names of types, of which annotations alone make use."""
    left, unused = list(source.tree.body), list[ast.stmt]()
    annotations = {id(part) for each in _said(source) for part in ast.walk(each)}
    while True:
        used = {
            part.id
            for each in left
            for part in ast.walk(each)
            if isinstance(part, ast.Name) and id(part) not in annotations
            if not isinstance(part.ctx, ast.Store)
        }
        more = [each for each in left if (names := _names_of_types(each)) and not names & used]
        if not more:
            break
        left, unused = [each for each in left if each not in more], unused + more
    for each in unused:
        yield Cut(start=source.start(each), end=source.end(each))


def _names_of_types(node: ast.stmt) -> set[str]:
    """What an import from typing, or a type that is given a name, binds; else nothing."""
    match node:
        case ast.ImportFrom(module="typing", names=names):
            return {each.asname or each.name for each in names}
        case ast.Assign(
            targets=[ast.Name(id=name)], value=ast.Subscript(value=ast.Name(id="dict" | "list"))
        ):
            return {name}
        case _:
            return set()


def _said(source: Source) -> Iterator[ast.expr]:
    """The annotations that are left out."""
    fields = _fields(source)
    for node in ast.walk(source.tree):
        match node:
            case ast.arg(annotation=ast.expr() as said):
                yield said
            case ast.AnnAssign(annotation=said) if id(node) not in fields:
                yield said
            case (
                ast.FunctionDef(returns=ast.expr() as said)
                | ast.AsyncFunctionDef(returns=ast.expr() as said)
            ):
                yield said
            case _:
                pass


# --- what is written


def _lines(source: Source, cuts: list[Cut], instead: Mapping[Place, str]) -> Iterator[_Line]:
    depth, line = 0, list[Token]()
    for token in source.tokens:
        depth += (token.kind == tokenize.INDENT) - (token.kind == tokenize.DEDENT)
        if token.kind == tokenize.NEWLINE:
            if line:
                yield _Line(
                    text=_joined(line),
                    depth=depth,
                    opens=line[-1].text == ":",
                    simple=line[0].text not in COMPOUND,
                )
            line = []
        elif token.kind not in DROPPED:
            line += _kept(replace(token, text=instead.get(token.start, token.text)), cuts)


def _kept(token: Token, cuts: list[Cut]) -> list[Token]:
    for cut in cuts:
        if cut.start <= token.start and token.end <= cut.end:
            first = token.start == cut.start and bool(cut.instead)
            return [Token(text=cut.instead, start=cut.start, end=cut.end)] * first
    if token.kind == tokenize.STRING:
        return [replace(token, text=PLAIN.sub(r"\1'\2'", token.text))]
    return [token]


def _joined(line: list[Token]) -> str:
    text = line[0].text
    for before, token in itertools.pairwise(line):
        words = tokenize.OP not in (before.kind, token.kind)
        fraction = before.kind == tokenize.NUMBER and token.text == "."
        text += " " * (before.end != token.start and (words or fraction)) + token.text
    return text
