"""bootstrap_band and fit_slope against what theory says they must give."""

import numpy as np
import xarray as xr
from plumbline.stats import bootstrap_band, fit_slope


def test_slope_of_a_power_law_is_its_exponent():
    x = np.array([4.0, 8, 16, 32])

    slope, se = fit_slope(x, 3 * x**-1.5)

    assert abs(slope + 1.5) < 1e-12 and se < 1e-12


def test_slope_ignores_points_that_have_no_logarithm():
    slope, _ = fit_slope([1, 2, 4, 8, 16], [1, 0.5, 0, np.nan, 1 / 16])

    assert abs(slope + 1) < 1e-12


def test_slope_needs_two_points_and_its_error_three():
    assert np.isnan(fit_slope([1], [1])[0])
    assert np.isnan(fit_slope([1, 2], [1, 2])[1])


def test_standard_error_of_a_slope_covers_the_truth_as_often_as_normal_theory_says():
    # 400 fits; |slope − truth| < 2 se with t(6) probability 0.907: a count below 340 has probability 2e-4 by the
    # binomial law, and standard errors a third too small (coverage 0.78) would fail with probability 0.97.
    rng, x = np.random.default_rng(1), np.geomspace(1, 128, 8)
    hits = 0
    for _ in range(400):
        slope, se = fit_slope(x, x**-0.5 * np.exp(0.1 * rng.normal(size=8)))
        hits += abs(slope + 0.5) < 2 * se

    assert 340 <= hits


def test_bootstrap_band_covers_the_mean():
    # 300 data sets of 30 replicates; the 95 % percentile bootstrap covers about 0.93. Fewer than 262 has probability
    # about 1e-4; a band half as wide (coverage 0.65) fails surely.
    values = xr.DataArray(np.random.default_rng(2).normal(size=(300, 30)), dims=("case", "replicate"))

    mean, low, high = bootstrap_band(values)

    assert np.allclose(mean, values.values.mean(axis=1))
    assert 262 <= np.sum((low < 0) & (0 < high))


def test_bootstrap_band_leaves_diverged_replicates_out():
    values = xr.DataArray([[1.0, np.nan, 3.0], [np.nan] * 3], dims=("case", "replicate"))

    mean, low, high = bootstrap_band(values)

    assert mean[0] == 2 and 1 <= low[0] <= high[0] <= 3
    assert np.isnan(mean[1]) and np.isnan(low[1])
