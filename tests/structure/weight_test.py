"""A header preprocesses to fewer lines than promised:  weight_test.py HEADER LINES -- COMPILER -E …"""

import subprocess
import sys


def main() -> int:
    header, limit, _, *compiler = sys.argv[1:]
    done = subprocess.run([*compiler, header], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"{header} does not preprocess:\n{done.stderr}")
        return 1
    lines = done.stdout.count("\n")
    print(f"{header}: {lines} lines, {limit} allowed")
    return 0 if 0 < lines < int(limit) else 1


if __name__ == "__main__":
    sys.exit(main())
