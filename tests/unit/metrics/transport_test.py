"""The distances that C++ wrote, computed again by POT and SciPy from the same draws and directions."""

import os
import sys
from pathlib import Path

try:
    import numpy as np
    import ot
    from scipy import linalg, optimize, stats
except ImportError as missing:
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])
    print(f"skipped: {missing}")
    sys.exit(77)


def sliced(draws, reference, weights, directions, p):
    costs = ot.wasserstein_1d(draws @ directions.T, reference @ directions.T, weights, p=p)
    return np.mean(costs) ** (1 / p)


def bures(draws, weights, means, stddevs):
    centre = weights @ means
    spread = (means - centre).T @ np.diag(weights) @ (means - centre) + weights @ stddevs**2 * np.eye(2)
    drawn = np.cov(draws.T, bias=True)
    root = linalg.sqrtm(spread)
    fidelity = np.trace(linalg.sqrtm(root @ drawn @ root)).real
    shift = draws.mean(axis=0) - centre
    return np.sqrt(shift @ shift + np.trace(drawn) + np.trace(spread) - 2 * fidelity)


def expected_values(written):
    """Name of every value that C++ wrote and what POT or SciPy say it is."""
    tables = ("draws", "reference", "directions", "means")
    points = {k: v.reshape(-1, 2) for k, v in written.items() if k.split("_")[-1] in tables}
    directions = points["directions"]
    for p in (1, 2):
        name = f"sliced_wasserstein_{p}"
        weights = np.exp(written["log_weights"])
        yield name, sliced(points["draws"], points["reference"], weights, directions, p)
        yield f"mixture_{name}", sliced(points["mixture_draws"], points["mixture_reference"], None, directions, p)

    draws, reference = points["mixture_draws"], points["mixture_reference"]
    n = len(draws)
    cost = ot.dist(draws, reference)
    yield "mixture_wasserstein_2", np.sqrt(ot.emd2(np.full(n, 1 / n), np.full(n, 1 / n), cost))
    yield "mixture_wasserstein_2", np.sqrt(cost[optimize.linear_sum_assignment(cost)].mean())

    law = written["mixture_weights"], points["mixture_means"], written["mixture_stddevs"]
    yield "mixture_bures", bures(draws, *law)
    cdfs = [lambda x, i=i: sum(w * stats.norm.cdf(x, m[i], s) for w, m, s in zip(*law)) for i in (0, 1)]
    yield "mixture_marginal_ks", max(stats.kstest(draws[:, i], cdfs[i]).statistic for i in (0, 1))
    cvm = [stats.cramervonmises(draws[:, i], cdfs[i]).statistic / n for i in (0, 1)]
    yield "mixture_marginal_cvm", np.mean(cvm)


def main() -> int:
    written = {}
    for line in Path(sys.argv[1]).read_text().splitlines():
        name, numbers = line.split(": ")
        written[name] = np.array([float(v) for v in numbers.split()])
    wrong = 0
    for name, expected in expected_values(written):
        (value,) = written[name]
        print(f"{name}: {value} here, {expected} by POT {ot.__version__} or SciPy")
        wrong += not abs(value - expected) <= 1e-12 * expected
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
