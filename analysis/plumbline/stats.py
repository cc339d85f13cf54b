"""Averages over replicates with bootstrap bands, slopes in log-log coordinates, and bands for distribution functions."""

import warnings

import numpy as np
import xarray as xr
from scipy import optimize, stats


def count_of(data) -> int:
    """Replicates up to the last that any cell has [..., replicate]: a sampler with fewer than others is padded. All where none has one."""
    known = np.flatnonzero(np.isfinite(data).reshape(-1, data.shape[-1]).any(axis=0))
    return int(known[-1]) + 1 if len(known) else data.shape[-1]


def bootstrap_band(values: xr.DataArray, level: float = 0.95, resamples: int = 2000, seed: int = 1):
    """Mean over replicates and its percentile-bootstrap band: three arrays without the dimension `replicate`.

    NaN replicates (a run that diverged) are left out; a cell of NaN only stays NaN.
    """
    data = np.moveaxis(values.values, values.get_axis_num("replicate"), -1)
    data = data[..., :count_of(data)]
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


STRAIGHTNESS = 0.1


def local_slopes(x, values, floor, resamples: int = 400, seed: int = 1):
    """Rates at which √(mean² − floor²) falls between neighbours in x, their 95 % bands, and the straight law of the rest:
    (from, order, half of its band) or None. `values` [x, replicate], `floor` [null_replicate]. The rule is that of
    `plumbline verify` (src/harness/statistics/README.md, "Local orders"): a slope counts where both errors are above the floor in 97.5 %
    of resamples; the law begins where no later slope is further than 0.1 from the line fitted to them."""
    x, values, floor = np.log(np.asarray(x, float)), np.asarray(values, float), np.asarray(floor, float)
    generator = np.random.default_rng(seed)
    picks = generator.integers(values.shape[1], size=(resamples, values.shape[1]))
    nulls = floor[generator.integers(len(floor), size=(resamples, len(floor)))].mean(-1)
    square = values.mean(-1) ** 2 - floor.mean() ** 2  # [x]
    draws = values[:, picks].mean(-1).T ** 2 - nulls[:, None] ** 2  # [resample, x]
    told = (square > 0) & ((draws > 0).mean(0) >= 0.975)
    last = len(x) - int(np.argmax(told[::-1])) if told.any() else 0
    first = last - int(np.argmin(np.append(told[:last][::-1], False)))
    x, square, draws = x[first:last], square[first:last], draws[:, first:last]
    with np.errstate(invalid="ignore", divide="ignore"):
        logs, log_draws = np.log(square) / 2, np.log(np.where(draws > 0, draws, np.nan)) / 2
    slopes = [(x[i], x[i + 1], *_falling(x[i:i + 2], logs[i:i + 2], log_draws[:, i:i + 2])) for i in range(len(x) - 1)]
    for start in range(len(x) - 2):
        order, low, high = _falling(x[start:], logs[start:], log_draws[:, start:])
        if high - low < 2 * STRAIGHTNESS and all(l < order + STRAIGHTNESS and h > order - STRAIGHTNESS
                                                 for _, _, _, l, h in slopes[start:]):
            return slopes, (float(np.exp(x[start])), order, (high - low) / 2)
    return slopes, None


def _falling(x, y, draws) -> tuple[float, float, float]:
    """−slope of the line through y on x, and its percentiles over draws [draw, x]."""
    weights = -(x - x.mean()) / ((x - x.mean()) @ (x - x.mean()))
    low, high = np.nanquantile(draws @ weights, [0.025, 0.975])
    return float(y @ weights), float(low), float(high)


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
