"""The distances that C++ wrote, computed again by POT and SciPy from the same draws and directions."""

import os
import sys
from pathlib import Path

try:
    import numpy as np
    import ot
    from scipy import linalg, optimize, spatial, special, stats
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


def within(kernel, weights):
    """Mean over pairs of different draws."""
    off = kernel - np.diag(np.diag(kernel))
    return weights @ off @ weights / (1 - weights @ weights)


def mean_distance(shift, stddev):
    """E|Z| of a normal in the plane around a shift."""
    m = (shift**2).sum(axis=-1)
    return stddev * np.sqrt(np.pi / 2) * special.hyp1f1(-0.5, 1, -m / (2 * stddev**2))


def mean_gaussian(shift, stddev, h=1.5):
    """E exp(-|Z|^2 / (2 h^2)), likewise."""
    total = h**2 + stddev**2
    return h**2 / total * np.exp(-(shift**2).sum(axis=-1) / (2 * total))


def discrepancy(kernel, mean_kernel, draws, weights, law):
    pi, means, stddevs = law
    across = sum(w * mean_kernel(draws - m, s) for w, m, s in zip(*law)) @ weights
    between = sum(pi[k] * pi[l] * mean_kernel(means[k] - means[l], np.hypot(stddevs[k], stddevs[l]))
                  for k in range(len(pi)) for l in range(len(pi)))
    return within(kernel, weights) + between - 2 * across


def ksd(draws, weights, law):
    pi, means, stddevs = law
    centre = pi @ means
    sigma = np.sqrt(pi @ (means**2 + stddevs[:, None] ** 2) - centre**2)
    joint = np.array([w * stats.multivariate_normal.pdf(draws, m, s**2) for w, m, s in zip(*law)])
    r = joint / joint.sum(axis=0)
    b = sigma * sum(r[k][:, None] * (means[k] - draws) / stddevs[k] ** 2 for k in range(len(pi)))
    u = draws / sigma
    gap = u[:, None] - u[None]
    q = 1 + (gap**2).sum(axis=-1)
    mixed = ((b[:, None] - b[None]) * gap).sum(axis=-1)
    kernel = b @ b.T * q**-0.5 + (mixed + 2) * q**-1.5 - 3 * (q - 1) * q**-2.5
    return within(kernel, weights)


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

    weighted = draws, np.exp(written["log_weights"])
    square = spatial.distance.cdist(draws, draws, "sqeuclidean")
    law = written["mixture_weights"], points["mixture_means"], written["mixture_stddevs"]
    yield "kernel_energy_distance", -discrepancy(np.sqrt(square), mean_distance, *weighted, law)
    yield "kernel_mmd", discrepancy(np.exp(-square / 4.5), mean_gaussian, *weighted, law)
    yield "kernel_ksd", ksd(*weighted, law)
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
    compared = set()
    for name, expected in expected_values(written):
        (value,) = written[name]
        compared.add(name)
        print(f"{name}: {value} here, {expected} by POT {ot.__version__} or SciPy")
        wrong += not abs(value - expected) <= (1e-12 * expected if "kernel" not in name else 1e-9)
    # A value that C++ writes and nobody expects would be compared with nothing.
    alone = {name for name, numbers in written.items() if len(numbers) == 1} - compared
    print(f"compared with nothing: {sorted(alone)}" if alone else f"{len(compared)} values compared")
    return 1 if wrong or alone else 0


if __name__ == "__main__":
    sys.exit(main())
