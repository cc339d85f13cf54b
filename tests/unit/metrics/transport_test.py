"""The sliced distances that C++ wrote, computed again by POT from the same draws and directions."""

import os
import sys
from pathlib import Path

try:
    import numpy as np
    import ot
except ImportError as missing:
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])
    print(f"skipped: {missing}")
    sys.exit(77)


def main() -> int:
    written = {}
    for line in Path(sys.argv[1]).read_text().splitlines():
        name, numbers = line.split(": ")
        written[name] = np.array([float(v) for v in numbers.split()])
    draws, reference, directions = (written[k].reshape(-1, 2) for k in ("draws", "reference", "directions"))
    weights = np.exp(written["log_weights"])
    for p in (1, 2):
        costs = ot.wasserstein_1d(draws @ directions.T, reference @ directions.T, weights, p=p)
        expected = np.mean(costs) ** (1 / p)
        (value,) = written[f"sliced_wasserstein_{p}"]
        print(f"W_{p}: {value} here, {expected} by POT {ot.__version__}")
        if not abs(value - expected) <= 1e-12 * expected:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
