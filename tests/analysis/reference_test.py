"""The committed result of one small sweep is what this build computes, dataset by dataset whatever the cells' hashes say
(`compare` alone would take other hashes for another seed and compare means). It keeps no draws: its figure script says so.

    reference_test.py PLUMBLINE REPOSITORY STEM"""

import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np

NOT_NUMBERS_OF_THE_SWEEP = ("wall_seconds", "cell_hash")  # a time, and what the comparison must not depend on


def numbers(path):
    found = {}

    def keep(name, item):
        group, _, last = name.rpartition("/")
        if isinstance(item, h5py.Dataset) and group != "verdict" and last not in NOT_NUMBERS_OF_THE_SWEEP:
            found[name] = item[()]

    with h5py.File(path) as file:
        file.visititems(keep)
    return found


def main():
    program, repository, stem = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    committed = repository / "results" / "reference" / f"{stem}.h5"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"{stem}.h5"
        spec = repository / "experiments" / f"{stem}.toml"
        subprocess.run([program, "run", spec, "--quick", "samples=0", "--out", out], check=True, capture_output=True)
        compared = subprocess.run([program, "compare", committed, out]).returncode
        expected, got = numbers(committed), numbers(out)
        drawn = subprocess.run([sys.executable, "-B", repository / f"analysis/{stem}.py", committed, "--figures", folder],
                               capture_output=True, text=True)

    wrong = [f"{name} is not in the new file" for name in expected if name not in got]
    for name in expected.keys() & got.keys():
        a, b = expected[name], got[name]
        # 1e-9 as in `compare`: what another machine's rounding of the last digits may become.
        same = np.allclose(a, b, rtol=1e-9, atol=0, equal_nan=True) if a.dtype.kind == "f" else np.array_equal(a, b)
        if a.shape != b.shape or not same:
            wrong.append(f"{name} differs")
    if drawn.returncode != 1 or "samples = 0" not in drawn.stderr or len(drawn.stderr.splitlines()) != 1:
        wrong.append(f"the figure of a file without draws: exit {drawn.returncode}, {drawn.stderr}")
    print("\n".join(wrong) or f"{len(expected)} datasets are the same")
    sys.exit(1 if wrong or compared else 0)


if __name__ == "__main__":
    main()
