"""The code of cfn/task.yaml's functions: a source of cfn/functions and what it imports from here.

A function of a template is one file. So where a source says `from cron2aws.task.NAME import name`,
or the same of a file beside it, the packed text of that module is put.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.pack_python import CannotPackError, Cut, Source, packed

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "cfn" / "functions"
FOLDERS = (SOURCES, ROOT / "src")


def function_code(name: str) -> str:
    """What the readable template holds of the source `name`."""
    return Packer(FOLDERS).pack(SOURCES / name)


def embedded(name: str) -> str:
    """The same as a property of YAML, for cog, which indents it."""
    lines = function_code(name).removesuffix("\n").split("\n")
    return "ZipFile: |\n" + "".join(f" {line}\n" if line else "\n" for line in lines)


class Packer:
    """Packs one file, once; modules found in `folders` are put where they are imported first."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._packed: set[Path] = set()
        self._meanings: dict[str, str] = {}

    def pack(self, path: Path) -> str:
        """The packed text of a file.

        Raises CannotPackError for an import that the module's text can't stand for, and for a name
        that means something else in two modules.
        """
        text = path.read_text(encoding="utf-8")
        source = Source(text, path.name)
        self._packed.add(path)
        self._claim(path, text, source.tree)
        return packed(source, list(self._imports(source)))

    def _imports(self, source: Source) -> Iterator[Cut]:
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Import | ast.ImportFrom) or not self._is_ours(node):
                continue
            module = self._file(node) if isinstance(node, ast.ImportFrom) else None
            renamed = any(each.asname for each in node.names)
            if module is None or renamed or node not in source.tree.body:
                message = "say `from MODULE import NAME`, at the top: its text comes here"
                raise CannotPackError(f"{source.name}:{node.lineno}: {message}")
            text = "" if module in self._packed else self.pack(module).rstrip("\n")
            yield Cut(start=source.start(node), end=source.end(node), instead=text)

    def _is_ours(self, node: ast.Import | ast.ImportFrom) -> bool:
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif node.level:
            return True
        else:
            names = [str(node.module)]
        tops = [name.partition(".")[0] for name in names]
        return any(
            (folder / top).is_dir() or (folder / f"{top}.py").is_file()
            for folder in self._folders
            for top in tops
        )

    def _file(self, node: ast.ImportFrom) -> Path | None:
        if node.level or not node.module:
            return None
        files = [folder / f"{node.module.replace('.', '/')}.py" for folder in self._folders]
        return next((each for each in files if each.is_file()), None)

    def _claim(self, path: Path, text: str, tree: ast.Module) -> None:
        """Keep what each name of the module means: put together, it has to mean that everywhere."""
        imported = dict(self._imported(tree))
        for symbol in symtable.symtable(text, path.name, "exec").get_symbols():
            name = symbol.get_name()
            meaning = f"defined by {path}"
            if symbol.is_imported() and not symbol.is_assigned():
                meaning = imported.get(name, meaning)
            elif not symbol.is_assigned():
                continue
            if self._meanings.setdefault(name, meaning) != meaning:
                raise CannotPackError(f"{name} is {self._meanings[name]}, and {meaning}")

    def _imported(self, tree: ast.Module) -> Iterator[tuple[str, str]]:
        for node in tree.body:
            if isinstance(node, ast.ImportFrom):
                module = self._file(node)
                for each in node.names:
                    foreign = f"{each.name} of {node.module}"
                    yield each.asname or each.name, f"defined by {module}" if module else foreign
            elif isinstance(node, ast.Import):
                for each in node.names:
                    top = each.name.partition(".")[0]
                    yield each.asname or top, f"the module {each.name if each.asname else top}"
