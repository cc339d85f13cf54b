"""Rosenblatt's transform, ranks and the MMSE gap that C++ wrote, computed again by NumPy and SciPy from the same draws.

The conditional laws come from Schur complements here, from triangular factors there; the integral is taken piece by piece and
checked by quadrature; the posterior is Bayes' rule for every component."""

import os
import sys
from pathlib import Path

try:
    import numpy as np
    from scipy import integrate, stats
except ImportError as missing:
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])
    print(f"skipped: {missing}")
    sys.exit(77)


def conditional_cdf(x, law):
    """F(x_i | x_1 ... x_{i-1}) of a mixture, all draws and coordinates."""
    out = np.empty_like(x)
    for i in range(x.shape[1]):
        joint, below = np.empty((len(law[0]), len(x))), np.empty((len(law[0]), len(x)))
        for k, (w, m, c) in enumerate(zip(*law)):
            gain = c[i, :i] @ np.linalg.inv(c[:i, :i])
            mean, variance = m[i] + (x[:, :i] - m[:i]) @ gain, c[i, i] - gain @ c[:i, i]
            joint[k] = w * (stats.multivariate_normal.pdf(x[:, :i], m[:i], c[:i, :i]) if i else 1)
            below[k] = stats.norm.cdf(x[:, i], mean, np.sqrt(variance))
        out[:, i] = (joint * below).sum(axis=0) / joint.sum(axis=0)
    return out


def pieces(g, w):
    """Ends of every piece of the line, and the level c of the distribution function on it."""
    order = np.argsort(g)
    return zip(np.append(-np.inf, g[order]), np.append(g[order], np.inf), np.append(0, np.cumsum(w[order])))


def anderson_darling(g, w):
    """The integral of (F - u)^2 / (u (1 - u)), u = cdf(g): c^2 log u - (1 - c)^2 log(1 - u) - u is an antiderivative."""
    total = 0.0
    for a, b, c in pieces(g, w):
        total += c**2 * (stats.norm.logcdf(b) - stats.norm.logcdf(a)) if a > -np.inf else 0.0
        total -= (1 - c) ** 2 * (stats.norm.logsf(b) - stats.norm.logsf(a)) if b < np.inf else 0.0
        total -= stats.norm.cdf(b) - stats.norm.cdf(a)
    return total


def by_quadrature(g, w):
    ends = [(stats.norm.cdf(a), stats.norm.cdf(b), c) for a, b, c in pieces(g, w)]
    return sum(integrate.quad(lambda v, c=c: (c - v) ** 2 / (v * (1 - v)), a, b, epsabs=1e-13)[0] for a, b, c in ends)


def rosenblatt(x, w, law, directions):
    scores = stats.norm.ppf(conditional_cdf(x, law))
    lines = np.concatenate([scores, scores @ directions.T], axis=1)
    d = x.shape[1]
    together = d * anderson_darling(scores.ravel(), np.repeat(w / d, d))
    return np.sqrt(max(together, *(anderson_darling(g, w) for g in lines.T)))


def posterior(law, a, noise, y):
    """Bayes' rule for every component."""
    weights, means, covariances = [], [], []
    for w, m, c in zip(*law):
        s = a @ c @ a.T + noise
        gain = c @ a.T @ np.linalg.inv(s)
        weights.append(w * stats.multivariate_normal.pdf(y, a @ m, s))
        means.append(m + gain @ (y - a @ m))
        covariances.append(c - gain @ a @ c)
    return np.array(weights) / sum(weights), np.array(means), np.array(covariances)


def moments(law):
    weights, means, covariances = law
    mean = weights @ means
    return mean, sum(w * (c + np.outer(m - mean, m - mean)) for w, m, c in zip(*law))


def density(x, law):
    return sum(w * stats.multivariate_normal.pdf(x, m, c) for w, m, c in zip(*law))


def rank(values, at, w, place):
    n = len(values)
    return (n * w[values < at].sum() + place * (1 + n * w[values == at].sum())) / (n + 1)


def expected_values(written):
    """Name of every value that C++ wrote and what NumPy and SciPy say it is."""
    law = (written["target_weights"], written["target_means"].reshape(-1, 3), written["target_covariances"].reshape(-1, 3, 3))
    x, w = written["target_draws"].reshape(-1, 3), np.exp(written["target_log_w"])
    yield "rosenblatt", rosenblatt(x, w, law, written["directions"].reshape(-1, 3))

    a, noise, y = written["a"].reshape(-1, 3), written["noise"].reshape(2, 2), written["y"]
    law = posterior(law, a, noise, y)
    (mean, covariance), truth = moments(law), written["truth"]
    x, w, place = written["draws"].reshape(-1, 3), np.exp(written["log_w"]), written["place"][0]
    yield "hpd_coverage", rank(-density(x, law), -density(truth, law), w, place)
    spread, reference = np.sqrt(np.diag(covariance)), written["reference"]
    distance = [np.linalg.norm((z - reference) / spread, axis=-1) for z in (x, truth)]
    yield "expected_coverage", rank(*distance, w, place)
    likelihood = [stats.multivariate_normal.pdf(y - z @ a.T, cov=noise) for z in (x, truth)]
    yield "rank_log_likelihood", rank(*likelihood, w, place)
    estimate, missed = w @ x, np.trace(covariance)
    yield "mmse_gap", (np.sum((estimate - truth) ** 2) - np.sum((mean - truth) ** 2)) / missed
    influence = x @ (2 * (estimate - truth)) / missed
    yield "mmse_gap_se", np.sqrt(w**2 @ (influence - w @ influence) ** 2 / (1 - w @ w))


def main() -> int:
    written = {}
    for line in Path(sys.argv[1]).read_text().splitlines():
        name, numbers = line.split(": ")
        written[name] = np.array([float(v) for v in numbers.split()])

    law = (written["target_weights"], written["target_means"].reshape(-1, 3), written["target_covariances"].reshape(-1, 3, 3))
    scores = stats.norm.ppf(conditional_cdf(written["target_draws"].reshape(-1, 3), law))
    w = np.exp(written["target_log_w"])
    difference = np.abs(scores - written["scores"].reshape(-1, 3)).max()
    print(f"scores differ by {difference:.1e}")
    wrong = not difference < 1e-9
    wrong += not abs(by_quadrature(scores[:, 1], w) - anderson_darling(scores[:, 1], w)) < 1e-7

    compared = set()
    for name, expected in expected_values(written):
        (value,) = written[name]
        compared.add(name)
        print(f"{name}: {value} here, {expected} by NumPy and SciPy")
        wrong += not abs(value - expected) <= 1e-10 * max(1, abs(expected))
    # A value that C++ writes and nobody expects would be compared with nothing.
    alone = {name for name, numbers in written.items() if len(numbers) == 1} - compared
    print(f"compared with nothing: {sorted(alone)}" if alone else f"{len(compared)} values compared")
    return 1 if wrong or alone else 0


if __name__ == "__main__":
    sys.exit(main())
