"""Averages over replicates with bootstrap bands, and slopes in log-log coordinates."""

import warnings

import numpy as np
import xarray as xr


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
