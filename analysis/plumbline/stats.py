"""Averages over replicates with bootstrap bands, slopes in log-log coordinates, and bands for distribution functions."""

import warnings

import numpy as np
import xarray as xr
from scipy import optimize, stats


def bootstrap_band(values: xr.DataArray, level: float = 0.95, resamples: int = 2000, seed: int = 1):
    """Mean over replicates and its percentile-bootstrap band: three arrays without the dimension `replicate`.

    NaN replicates (a run that diverged) are left out; a cell of NaN only stays NaN.
    """
    data = np.moveaxis(values.values, values.get_axis_num("replicate"), -1)
    picks = np.random.default_rng(seed).integers(data.shape[-1], size=(resamples, data.shape[-1]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a cell of NaN only
        means = np.nanmean(data[..., picks], axis=-1)  # [..., resamples]
        low, high = np.nanquantile(means, [(1 - level) / 2, (1 + level) / 2], axis=-1)
        return np.nanmean(data, axis=-1), low, high


def fit_slope(x, y) -> tuple[float, float]:
    """Least-squares slope of log y on log x and its standard error (NaN for fewer than three points)."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    keep = np.isfinite(x) & np.isfinite(y) & (x > 0) & (y > 0)
    if keep.sum() < 2:
        return float("nan"), float("nan")
    lx, ly = np.log(x[keep]) - np.log(x[keep]).mean(), np.log(y[keep])
    slope = float(lx @ ly / (lx @ lx))
    residual = ly - ly.mean() - slope * lx
    freedom = keep.sum() - 2
    return slope, float(np.sqrt(residual @ residual / freedom / (lx @ lx))) if freedom else float("nan")


def uniform_band(n: int, level: float = 0.95, points: int = 64) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Levels u and bounds low, high: the distribution function of n uniform numbers stays within them at all u at once with
    probability `level` (Säilynoja et al. 2022). Every u gets the same two-sided binomial level; which one, follows from
    the exact probability of staying inside."""
    u = np.arange(1, points) / points

    def bounds(pointwise):
        return stats.binom.ppf((1 - pointwise) / 2, n, u), stats.binom.ppf((1 + pointwise) / 2, n, u)

    def spare(pointwise):
        return inside_probability(n, u, *bounds(pointwise)) - level

    # A few numbers have so few counts that the narrowest band is already wide enough.
    pointwise = level if spare(level) >= 0 else optimize.bisect(spare, level, 1 - 1e-6, xtol=1e-5)
    low, high = bounds(pointwise)
    return u, low / n, high / n


def inside_probability(n: int, u, low, high) -> float:
    """P(low_j <= #{numbers <= u_j} <= high_j for all j) of n uniform numbers: the counts are a Markov chain in u."""
    live, probability, before = np.array([0]), np.array([1.0]), 0.0
    for at, lowest, highest in zip(u, low, high):
        # From i to j: j - i of the n - i numbers above `before` fall below `at`.
        reach = np.arange(int(lowest), int(highest) + 1)
        share = (at - before) / (1 - before)
        probability = probability @ stats.binom.pmf(reach - live[:, None], n - live[:, None], share)
        live, before = reach, at
    return float(probability.sum())
