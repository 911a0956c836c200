"""`make sizes`: figures of how the code is built, to lay beside those of another commit.

`bench/sizes.py [TREE]` counts in the tree given, else in its own.
`--coverage FILE` reads a `.coverage` (TREE's own if there is one); `--seconds` notes the suite's.
"""

from __future__ import annotations

import argparse
import ast
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

LONG_MODULE, LONG_FUNCTION = 250, 40
TOP = "(top)"  # modules that stand beside the packages
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, kw_only=True)
class Module:
    """A module of `src/cron2aws`."""

    path: Path
    package: str
    lines: int
    tree: ast.Module

    @property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    @property
    def late_imports(self) -> int:
        """Imports inside functions; each statement once, however deep it stands."""
        found = {
            node
            for function in self.functions
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
        return len(found)

    def count(self, name: str) -> int:
        """How often a bare name is used."""
        nodes = ast.walk(self.tree)
        return sum(isinstance(node, ast.Name) and node.id == name for node in nodes)

    @property
    def loose_dicts(self) -> int:
        """`dict[str, Any]`, wherever it stands."""
        nodes = ast.walk(self.tree)
        return sum(
            isinstance(node, ast.Subscript) and ast.unparse(node) == "dict[str, Any]"
            for node in nodes
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    own = Path(__file__).resolve().parent.parent
    parser.add_argument("tree", nargs="?", type=Path, default=own)
    parser.add_argument("--coverage", type=Path, help="a .coverage file")
    parser.add_argument("--seconds", type=float, help="of the suite")
    asked = parser.parse_args()
    source = asked.tree.resolve() / "src" / "cron2aws"
    modules = list(read(source))
    data = asked.coverage or asked.tree / ".coverage"
    covered = coverage(data, source) if data.is_file() else {}
    print("\n".join([*whole(modules, source), "", *packages(modules, covered)]))
    if asked.seconds:
        print(f"\nthe suite takes {asked.seconds:.0f} s")


def read(source: Path) -> Iterator[Module]:
    for path in sorted(source.rglob("*.py")):
        inner = path.relative_to(source).parts
        text = path.read_text()
        yield Module(
            path=path,
            package=inner[0] if len(inner) > 1 else TOP,
            lines=len(text.splitlines()),
            tree=ast.parse(text),
        )


def whole(modules: list[Module], source: Path) -> Iterator[str]:
    """What the house rules bound, over all packages."""
    sized = [each for each in modules if each.path.name != "__init__.py"]
    lengths = [length(function) for each in modules for function in each.functions]
    large = [each for each in sized if each.lines > LONG_MODULE]
    yield f"{len(modules)} modules, {sum(each.lines for each in modules):,} lines"
    yield f"median module: {median(each.lines for each in sized):.0f} lines, without __init__.py"
    yield f"median function: {median(lengths):.0f} lines, of {len(lengths):,}"
    yield f"functions over {LONG_FUNCTION} lines: {sum(one > LONG_FUNCTION for one in lengths)}"
    calls = sum(each.count("assert_never") for each in modules)
    yield f"assert_never: {calls} calls"
    yield f"modules over {LONG_MODULE} lines: {len(large)}"
    yield from (f"  {each.lines} {each.path.relative_to(source)}" for each in large)


def length(function: Function) -> int:
    """Lines from `def` to the end, docstring included; decorators are not."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def packages(modules: list[Module], covered: dict[str, str]) -> Iterator[str]:
    """A row a package."""
    groups: dict[str, list[Module]] = defaultdict(list)
    for each in modules:
        groups[each.package].append(each)
    yield (
        f"{'package':12}{'modules':>8}{'lines':>8}{'late imports':>14}"
        f"{'dict[str, Any]':>16}{'Any':>6}{'coverage':>10}"
    )
    for name, found in [*sorted(groups.items()), ("together", modules)]:
        yield (
            f"{name:12}{len(found):8}{sum(each.lines for each in found):8,}"
            f"{sum(each.late_imports for each in found):14}"
            f"{sum(each.loose_dicts for each in found):16}"
            f"{sum(each.count('Any') for each in found):6}{covered.get(name, '-'):>10}"
        )


def coverage(data: Path, source: Path) -> dict[str, str]:
    """Percent of lines and branches for each package, by coverage's own count."""
    from coverage import Coverage  # noqa: PLC0415 (the figures of sizes need no environment)
    from coverage.exceptions import NoDataError  # noqa: PLC0415

    read = Coverage(data_file=str(data), config_file=str(source.parent.parent / "pyproject.toml"))
    read.load()
    folders = [each for each in sorted(source.iterdir()) if (each / "__init__.py").is_file()]
    parts = {folder.name: [f"{folder}/*"] for folder in folders}
    parts |= {TOP: [f"{each}" for each in source.glob("*.py")], "together": [f"{source}/*"]}
    found = {}
    for name, paths in parts.items():
        try:
            rate = read.report(include=paths, file=io.StringIO())
        except NoDataError:
            continue
        found[name] = f"{rate:.1f} %"
    return found


if __name__ == "__main__":
    main()
