"""Every C++ file is what clang-format 14 makes of it. Skipped (77) without it: other versions format differently.

    formatting_test.py ROOT"""

import re
import shutil
import subprocess
import sys
from pathlib import Path


def main() -> int:
    root = Path(sys.argv[1])
    tool = shutil.which("clang-format-14") or shutil.which("clang-format")
    version = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout if tool else "no clang-format"
    if not re.search(r"version 14\.", version):
        print(f"skipped: {version.strip()}; the configuration is for version 14 (Debian's clang-format-14)")
        return 77
    files = [f for room in ("src", "tests") for f in sorted((root / room).rglob("*.[ch]pp"))]
    done = subprocess.run([tool, "--dry-run", "--Werror", *map(str, files)], capture_output=True, text=True)
    wrong = sorted({line.split(":")[0] for line in done.stderr.splitlines() if "[-Wclang-format" in line})
    if done.returncode and not wrong:  # it could not do its work: a configuration that it does not understand, no memory
        print(done.stderr)
        return 1
    print("\n".join(f"not formatted: {Path(f).relative_to(root)}" for f in wrong) or f"{len(files)} files formatted")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
