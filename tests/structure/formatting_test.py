"""Every C++ file is what clang-format 14 makes of it. Other versions format differently: skipped (77)."""

import re
import subprocess
import sys
from pathlib import Path


def main() -> int:
    root, tool = Path(sys.argv[1]), sys.argv[2]
    version = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
    if not re.search(r"version 14\.", version):
        print(f"skipped: {version.strip()}, the configuration is for version 14")
        return 77
    files = [f for room in ("src", "tests") for f in sorted((root / room).rglob("*.[ch]pp"))]
    done = subprocess.run([tool, "--dry-run", "--Werror", *map(str, files)], capture_output=True, text=True)
    wrong = sorted({line.split(":")[0] for line in done.stderr.splitlines() if "[-Wclang-format" in line})
    print("\n".join(f"not formatted: {Path(f).relative_to(root)}" for f in wrong) or f"{len(files)} files formatted")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
