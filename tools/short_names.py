"""Short names for constants, and for what a function calls its own: the same program.

Functions, classes and what is passed by name keep theirs: a traceback names what the source names.
In a function, one name becomes one other everywhere, so that no scope in it changes.
"""

from __future__ import annotations

import ast
import itertools
import keyword
import re
import string
import symtable
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from tools.pack_python import CannotPackError, Place, Source, Token, packed

Names = Mapping[str, str]
Node = ast.Module | ast.FunctionDef
LOOKS_UP = {"locals", "globals", "vars", "dir", "eval", "exec"}
"""What finds something by its name."""
STRING = re.compile(r"([A-Za-z]*)(\"\"\"|'''|\"|')(.*)\2\Z", re.DOTALL)
PART = re.compile(r"[A-Za-z]*(?:\"[^\"]*\"|'[^']*')|\d\w*|(?P<name>[^\W\d]\w*)|.", re.DOTALL)
"""Of an expression in a formatted string; Python 3.11 allows no backslash there."""
CONSTANT = re.compile(r"[A-Z][A-Z_]+")
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
PASSED = re.compile(r"\s*=(?!=)")


def with_short_names(text: str, name: str = "<text>") -> str:
    """The text, packed, with the short names.

    Raises CannotPackError for a formatted string that shows a name, or passes something by name.
    """
    source = Source(text, name)
    constants = dict(_places(source, source.tree, short_constants(source)))
    source = Source(packed(source, instead=constants), name)
    return packed(source, instead=_locals(source))


def short_constants(source: Source) -> dict[str, str]:
    """The constants' short names, by name: those of a module's own names in capitals."""
    nodes = list(ast.walk(source.tree))
    words = {name for node in nodes for name in _words(node)}
    if words & LOOKS_UP:
        return {}
    also = {name for node in nodes if not isinstance(node, ast.Name) for name in _words(node)}
    also |= {name for node in nodes if isinstance(node, SCOPES) for name in _bound(node)}
    own = {each.id for node in source.tree.body for each in _stored(node)} - also
    return _chosen(source, source.tree, filter(CONSTANT.fullmatch, own), words)


def _locals(source: Source) -> dict[Place, str]:
    found: dict[Place, str] = {}
    tables = symtable.symtable("\n".join(source.rows), source.name, "exec").get_children()
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef):
            kept = _kept(source.tree, node)
            kept |= set().union(
                *(_globals(each) for each in tables if each.get_name() == node.name)
            )
            names = _chosen(source, node, {*_bound(node)} - kept, kept)
            found |= dict(_places(source, node, names))
    return found


# --- what keeps its name


def _kept(tree: ast.Module, function: ast.FunctionDef) -> set[str]:
    kept = _passed_by_name(tree, function)
    for node in ast.walk(function):
        match node:
            case ast.ClassDef() | ast.Match():
                return kept | {*_bound(function)}
            case ast.Name(id=name) if name in LOOKS_UP:
                return kept | {*_bound(function)}
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                kept.add(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                kept.update(names)
            case ast.alias(name=name, asname=other):
                kept.add(other or name.partition(".")[0])
            case _:
                pass
    return kept


def _globals(table: symtable.SymbolTable) -> set[str]:
    own = {each.get_name() for each in table.get_symbols() if each.is_global()}
    return own.union(*map(_globals, table.get_children()))


def _passed_by_name(tree: ast.Module, function: ast.FunctionDef) -> set[str]:
    """Parameters that a call may name: the calls of the function, and all where it is a value."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    its_own = [each for each in calls if _is_named(each.func, function.name)]
    uses = [node for node in ast.walk(tree) if _is_named(node, function.name)]
    if len(uses) > len(its_own) or function.decorator_list:
        its_own = calls
    passed = {each.arg for call in its_own for each in call.keywords}
    parameters = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)}
    return parameters & passed if None not in passed or its_own is calls else parameters


def _is_named(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


# --- what is called how


def _bound(scope: ast.AST) -> Iterator[str]:
    for node in ast.walk(scope):
        match node:
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.ExceptHandler(name=str(name)):
                yield name
            case _:
                pass


def _stored(statement: ast.stmt) -> Iterator[ast.Name]:
    """What a statement of the module itself binds."""
    if isinstance(statement, ast.Assign):
        nodes = [node for target in statement.targets for node in ast.walk(target)]
        yield from (each for each in nodes if isinstance(each, ast.Name))


def _words(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name) | ast.alias(asname=str(name)):
            yield name
        case ast.alias(name=name):
            yield name.partition(".")[0]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case _:
            pass


def _chosen(
    source: Source, node: Node, names: Iterable[str], kept: Iterable[str]
) -> dict[str, str]:
    """The most used first; each gets its own first letter, if that is free."""
    words = " ".join(each.text for each in _tokens(source, node))
    used = Counter(re.findall(r"\w+", words))
    taken, found = {*kept, *keyword.kwlist}, dict[str, str]()
    for name in sorted(names, key=lambda name: (-used[name], name)):
        found[name] = next(each for each in _candidates(name) if each not in taken)
        taken.add(found[name])
    return found


def _tokens(source: Source, node: Node) -> Iterator[Token]:
    if isinstance(node, ast.Module):
        yield from source.tokens
    else:
        start, end = source.start(node), source.end(node)
        yield from (each for each in source.tokens if start <= each.start < end)


def _candidates(name: str) -> Iterator[str]:
    """First its own letter; constants stay in capitals."""
    first, capitals = name.strip("_")[:1], name.isupper()
    own = (first,) if capitals else (first.lower(), first.upper())
    letters = string.ascii_uppercase if capitals else string.ascii_letters
    yield from (each for each in own if each.isascii() and each.isalpha())
    yield from letters
    yield from map("".join, itertools.product(letters, repeat=2))


# --- where they stand


def _places(source: Source, scope: Node, names: Names) -> Iterator[tuple[Place, str]]:
    for node in _outside_strings(scope):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) if name in names:
                yield source.start(node), names[name]
            case ast.ExceptHandler(name=str(name), type=ast.expr() as kind) if name in names:
                yield source.first(name, source.first("as", source.end(kind))), names[name]
            case _:
                pass
    for token in _tokens(source, scope):
        if (text := _in_string(token.text, names)) != token.text:
            yield token.start, text


def _outside_strings(node: ast.AST) -> Iterator[ast.AST]:
    """Python 3.11 does not know the places of what is in formatted ones."""
    yield node
    if not isinstance(node, ast.JoinedStr):
        for each in ast.iter_child_nodes(node):
            yield from _outside_strings(each)


def _in_string(text: str, names: Names) -> str:
    found = STRING.match(text)
    if not found or "f" not in found[1].lower():
        return text
    prefix, quotes, inner = found.groups()
    if "\\N{" in inner:
        raise CannotPackError(f"{text}: say the character itself")
    written, at = "", 0
    while at < len(inner):
        if inner[at] != "{" or inner.startswith("{{", at):
            step = 2 if inner.startswith(("{{", "}}"), at) else 1
            written, at = written + inner[at : at + step], at + step
            continue
        end = _end(inner, at + 1)
        if inner[end] == "=":
            raise CannotPackError(f"{text}: its result shows a name")
        written, at = written + "{" + _in_expression(inner[at + 1 : end], names), end
    return f"{prefix}{quotes}{written}{quotes}"


def _end(text: str, at: int) -> int:
    """Where the expression ends: at `}`, a format, a conversion, or the `=` that shows it."""
    depth = 0
    while at < len(text):
        here, after = text[at], text[at + 1 : at + 2]
        if depth == 0 and (here in "}:" or (here in "!=" and after != "=")):
            return at
        depth += (here in "([{") - (here in ")]}")
        operator = here in "!=<>" and after == "="
        at += 2 if operator else len(PART.match(text, at)[0])  # type: ignore[index]
    raise CannotPackError(f"{text}: its end is not found")


def _in_expression(text: str, names: Names) -> str:
    def renamed(found: re.Match[str]) -> str:
        name = found["name"]
        if name is None:
            return _in_string(found[0], names)
        if name not in names or text[: found.start()].rstrip().endswith("."):
            return found[0]
        if PASSED.match(text, found.end()):
            raise CannotPackError(f"{text}: in a formatted string nothing is passed by name")
        return names[name]

    return PART.sub(renamed, text)
