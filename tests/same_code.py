"""Whether two texts of Python are the same program: by the bytecode, and by nothing of the packer.

What may differ is what the packer leaves out: docstrings, annotations (but those of a class's own
body) with what they alone use of typing, `from __future__ import annotations`, and the numbers of
lines; where it is asked for, names of constants and of what is a function's own, too, one to one.
"""

from __future__ import annotations

import ast
import symtable
from types import CodeType
from typing import Any

LEVEL = "co_argcount co_posonlyargcount co_kwonlyargcount co_flags co_name co_qualname".split()  # noqa: SIM905
NAMES = "co_code co_names co_varnames co_cellvars co_freevars co_exceptiontable".split()  # noqa: SIM905


class _WithoutWords(ast.NodeTransformer):
    """Takes out what says something to the reader alone."""

    def __init__(self) -> None:
        self._in_class = False

    def visit(self, node: ast.AST) -> Any:
        outside, self._in_class = self._in_class, isinstance(node, ast.ClassDef)
        self.generic_visit(node)
        self._in_class = outside
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block:
                kept = [each for each in block if not _is_words(each)]
                setattr(node, name, kept or [ast.Pass()] * (not isinstance(node, ast.Module)))
        if (
            isinstance(node, ast.Module)
            and len(node.body) == 1
            and isinstance(node.body[0], ast.Pass)
        ):
            node.body = []
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        if isinstance(node, ast.AnnAssign) and node.value and not outside:
            return ast.Assign(targets=[node.target], value=node.value)
        return node


def _is_words(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def without_words(source: str, *, named_as: str = "") -> CodeType:
    """The bytecode of a source without its docstrings and annotations.

    It takes over names of the program `named_as`, in which only such ones may differ.
    """
    tree = _WithoutWords().visit(ast.parse(source))
    while idle := [each for each in tree.body if _is_unused_type(each, tree)]:
        tree.body = [each for each in tree.body if each not in idle]
    if named_as:
        _name_as(tree, ast.parse(named_as), symtable.symtable(source, "same", "exec"))
    return _compiled(tree)


def _is_unused_type(node: ast.stmt, tree: ast.Module) -> bool:
    match node:
        case ast.ImportFrom(module="typing", names=[ast.alias(name=name, asname=None)]):
            pass
        case ast.Assign(
            targets=[ast.Name(id=name)], value=ast.Subscript(value=ast.Name(id="dict"))
        ):
            pass
        case _:
            return False
    loads = (each for each in ast.walk(tree) if isinstance(each, ast.Name))
    return not any(each.id == name and isinstance(each.ctx, ast.Load) for each in loads)


def _name_as(tree: ast.Module, other: ast.Module, table: symtable.SymbolTable) -> None:
    functions = {each.get_name(): each for each in table.get_children()}
    constants, same = set[tuple[str, str]](), set[str]()
    for statement, its_other in zip(tree.body, other.body, strict=True):
        pairs = [
            (one, another, name)
            for one, another in zip(ast.walk(statement), ast.walk(its_other), strict=True)
            for name in ("id", "arg", "name")
            if isinstance(one, ast.Name | ast.arg | ast.ExceptHandler) and getattr(one, name, None)
        ]
        names = {(getattr(one, name), getattr(another, name)) for one, another, name in pairs}
        assert _one_to_one(names), f"line {statement.lineno}: {names}"
        same |= {old for old, new in names if old == new}
        changed = {(old, new) for old, new in names if old != new}
        constants |= {(old, new) for old, new in changed if old.isupper()}
        if own := {old for old, _ in changed if not old.isupper()}:
            assert isinstance(statement, ast.FunctionDef)
            assert not own & _globals(functions[statement.name])
        for one, another, name in pairs:
            setattr(one, name, getattr(another, name))
    assert _one_to_one(constants)
    assert not same & {name for pair in constants for name in pair}


def _one_to_one(pairs: set[tuple[str, str]]) -> bool:
    return len(pairs) == len({old for old, _ in pairs}) == len({new for _, new in pairs})


def _globals(table: symtable.SymbolTable) -> set[str]:
    own = {each.get_name() for each in table.get_symbols() if each.is_global()}
    return own.union(*map(_globals, table.get_children()))


def bytecode(text: str) -> CodeType:
    return _compiled(ast.parse(text))


def _compiled(tree: ast.Module) -> CodeType:
    """As if all of it stood in one line: else the compiler puts in what is there for its number."""
    for node in ast.walk(tree):
        if "lineno" in node._attributes:
            for name in ("lineno", "end_lineno"):
                setattr(node, name, 1)
            for name in ("col_offset", "end_col_offset"):
                setattr(node, name, 0)
    return compile(tree, "same", "exec", dont_inherit=True)


def facts(code: CodeType) -> dict[str, Any]:
    """All that a code object does, with the code objects in it: equal for equal programs."""
    inner = [
        facts(each) if isinstance(each, CodeType) else (type(each).__name__, repr(each))
        for each in code.co_consts
    ]
    return {name: getattr(code, name) for name in (*LEVEL, *NAMES)} | {"constants": inner}
