"""One experiment from sweep file to figure at its smallest size: the run ends well, the figure script draws PDF, PNG and CSV,
and every plotted mean is a number.

    figure_test.py PLUMBLINE REPOSITORY STEM"""

import csv
import math
import subprocess
import sys
import tempfile
from pathlib import Path


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def main():
    program, repository, stem = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    with tempfile.TemporaryDirectory() as folder:
        out, figures = Path(folder) / f"{stem}.h5", Path(folder) / "figures"
        small = ["replicates=2", "null_replicates=2"] + ([] if stem in ("digits", "rare_event") else ["draws=200"])
        run(program, "run", repository / "experiments" / f"{stem}.toml", "--quick", "--out", out, *small)
        run(sys.executable, "-B", repository / "analysis" / f"{stem}.py", out, "--figures", figures)
        for suffix, magic in ((".pdf", b"%PDF"), (".png", b"\x89PNG")):
            assert (figures / f"{stem}{suffix}").read_bytes().startswith(magic)
        with (figures / f"{stem}.csv").open() as file:
            rows = list(csv.DictReader(file))
        assert rows, "the CSV of plotted numbers is empty"
        results = 0
        for row in rows:
            for key, value in row.items():
                if key in ("mean", "error", "low", "high") and value:  # empty: a column of other curves
                    assert math.isfinite(float(value)), row
                # Under whatever name: a number with a fraction is measured, an axis seldom has one.
                results += "." in value and is_finite(value)
        assert results > 0, f"no number was measured: {rows}"
    print(f"{stem}: {len(rows)} plotted rows, {results} finite results")


def is_finite(text):
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


if __name__ == "__main__":
    main()
