"""A linter finds nothing in the scripts: shellcheck in those of the shell, pyflakes or ruff in those of Python.
Skipped (77) where there is no linter; `third_party/bootstrap --test` brings both.

    lint_test.py ROOT shell|python"""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

# Suffix, the first line of a file without suffix, linters in order of preference.
KINDS = {
    "shell": (".sh", r"#!.*\b(ba)?sh\b", (["shellcheck"],)),
    "python": (".py", r"#!.*\bpython3?\b", (["pyflakes3"], ["pyflakes"], ["ruff", "check", "--isolated", "--no-cache", "--select=F,E9"])),
}


def scripts(root: Path, suffix: str, first_line: str):
    folders = [root, root / "results/reference"]
    folders += [root / name for name in (".ci", "analysis", "experiments", "src", "tests", "third_party")]
    for folder in folders:
        inside = folder.glob("*") if folder == root else folder.rglob("*")
        for file in sorted(f for f in inside if f.is_file() and "kokkos" not in f.parts and "__pycache__" not in f.parts):
            if file.suffix == suffix:
                yield file
            elif not file.suffix:
                with file.open("rb") as stream:
                    if re.match(first_line.encode(), stream.readline(80)):
                        yield file


def main() -> int:
    root, kind = Path(sys.argv[1]), sys.argv[2]
    suffix, first_line, linters = KINDS[kind]
    linters = [command for command in linters if shutil.which(command[0])]
    if kind == "python" and importlib.util.find_spec("pyflakes"):
        linters.append([sys.executable, "-m", "pyflakes"])
    if not linters:
        print(f"skipped: no linter for {kind} scripts; third_party/bootstrap --test installs one on Debian")
        return 77
    files = list(scripts(root, suffix, first_line))
    done = subprocess.run([*linters[0], *map(str, files)])
    print(f"{len(files)} files, by {' '.join(linters[0])}")
    return 1 if done.returncode or not files else 0


if __name__ == "__main__":
    sys.exit(main())
