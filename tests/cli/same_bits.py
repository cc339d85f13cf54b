"""Do the result files of two folders hold the same numbers, to the bit?

    same_bits.py FOLDER FOLDER

Compares every dataset of every .h5 file and its attributes, but times; what a file says of its build and of the hour is not looked
at. Exit code 1 names what differs, or says that there is nothing to compare.
"""

import sys
from pathlib import Path

from common import contents


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folders = [Path(folder) for folder in sys.argv[1:]]
    names = sorted({p.name for folder in folders for p in folder.glob("*.h5")})
    compared, differing = 0, []
    for name in names:
        if not all((folder / name).exists() for folder in folders):
            differing.append(f"{name}: in one folder only")
            continue
        a, b = (contents(folder / name) for folder in folders)
        compared += len(a)
        differing += [f"{name}: /{key}" for key in sorted(a.keys() | b.keys()) if a.get(key) != b.get(key)]
    print("\n".join([*differing, f"{len(names)} files, {compared} datasets and attributes compared, {len(differing)} differ"]))
    return 1 if differing or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
