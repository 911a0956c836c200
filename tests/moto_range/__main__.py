"""`python -m tests.moto_range`: the sandbox with the oldest and the newest moto of its range.

Each is installed in an environment of its own, `.venv-moto/oldest` and `.venv-moto/newest`, where
the demo and the sandbox's tests are run. With the newest each repair is left out in turn, and the
test beside it in `needed.py` must fail: what moto has by now is no repair.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.requirements import Requirement

from tests.moto_range.needed import NEEDED

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv-moto"
TESTS = (
    *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/*/test_sandbox_*.py")),
    "tests/end_to_end/test_demo.py",
    "tests/functional/aws/test_checkup.py",
    "tests/functional/aws/test_contract.py",
)
ONLY_NEWER = "test_what_arrives_is_what_moto_builds"
"""A test of speed/calls.py: moto before 5.2.4 has not what that replaces."""


def required() -> Requirement:
    """moto, as the extra `sandbox` asks for it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(each) for each in project["optional-dependencies"]["sandbox"]]
    return next(each for each in wanted if each.name == "moto")


def oldest() -> str:
    """The oldest release of the range."""
    (least,) = [each.version for each in required().specifier if each.operator == ">="]
    return least


def install(name: str) -> Path:
    """An environment with that end of the range, made where it is not there; its Python."""
    python = FOLDER / name / "bin" / "python"
    if not python.exists():
        venv.create(FOLDER / name, with_pip=True)
    others = FOLDER / "constraints.txt"  # all but moto as everywhere
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    others.write_text("".join(line for line in lines if not line.startswith("moto==")))
    exact = [f"moto=={oldest()}"] if name == "oldest" else ["--upgrade", str(required())]
    pip = [str(python), "-m", "pip", "install", "--quiet", "--constraint", str(others)]
    subprocess.run([*pip, "--editable", f"{ROOT}[dev]", *exact], check=True)
    return python


def tried(name: str) -> bool:
    """Demo and tests with that end of the range."""
    python = install(name)
    code = "from importlib.metadata import version; print(version('moto'))"
    release = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    say(f"{name}: moto {release.stdout.strip()}")
    demo = subprocess.run(
        [python, "-m", "cron2aws.cli.demo"], cwd=ROOT, stdout=subprocess.DEVNULL, check=False
    )
    chosen = ["-k", f"not {ONLY_NEWER}"] if name == "oldest" else []
    pytest = [str(python), "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal"]
    tests = subprocess.run([*pytest, *chosen, *TESTS], cwd=ROOT, check=False)
    return demo.returncode == 0 == tests.returncode


def unneeded(python: Path) -> list[str]:
    """Repairs without which the test beside them passes all the same."""

    def passes(name: str) -> bool:
        command = [str(python), "-m", "pytest", "-q", "-x", "-p", "no:xdist"]
        command += ["-p", "tests.moto_range.without", "--without", name, NEEDED[name]]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=600)
        return ended.returncode != 1  # some failed; not: none was found, or pytest itself broke

    with ThreadPoolExecutor(os.cpu_count()) as several:
        found = zip(NEEDED, several.map(passes, NEEDED), strict=True)
        return [name for name, needless in found if needless]


def say(text: str) -> None:
    """At once, before what pytest prints."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """0 where both ends pass and every repair is needed."""
    good = [tried(name) for name in ("oldest", "newest")]
    needless = unneeded(FOLDER / "newest" / "bin" / "python")
    for name in needless:
        say(f"{NEEDED[name]} passes without {name}: does moto have it by now?")
    if not needless:
        say(f"{len(NEEDED)} repairs, each is needed")
    return 0 if all(good) and not needless else 1


if __name__ == "__main__":
    sys.exit(main())
