"""bootstrap_band, fit_slope and bands of distribution functions against what theory says they must give."""

import numpy as np
import xarray as xr
from plumbline import ecdf
from plumbline.stats import bootstrap_band, fit_slope, inside_probability, local_slopes, uniform_band


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


def test_probability_of_staying_inside_is_that_of_two_uniform_numbers_drawn_on_paper():
    # Exactly one of two below 1/2, probability 1/2; and then none below 1/4: the low one in (1/4, 1/2).
    assert abs(inside_probability(2, [0.5], [1], [1]) - 0.5) < 1e-15
    assert abs(inside_probability(2, [0.25, 0.5], [0, 1], [0, 1]) - 0.25) < 1e-15


def test_uniform_band_holds_uniform_numbers_as_often_as_it_says_and_others_less():
    # 2000 sets of 100; at 0.95 a count outside 1848…1944 has probability 1e-5 by the binomial law.
    rng = np.random.default_rng(3)
    u, low, high = uniform_band(100)

    def inside(sets):
        share = (sets[:, :, None] <= u).mean(axis=1)
        return np.all((share >= low - 1e-12) & (share <= high + 1e-12), axis=1).sum()

    assert 1848 <= inside(rng.uniform(size=(2000, 100))) <= 1944
    assert inside(rng.uniform(size=(2000, 100)) ** 1.5) < 1000


def test_difference_of_a_distribution_function_is_counted_and_leaves_out_nan():
    values = np.array([[0.1, 0.3], [np.nan, 0.9]])

    assert np.allclose(ecdf.differences(values, np.array([0.2, 0.3, 0.95])), [1 / 3 - 0.2, 2 / 3 - 0.3, 1 - 0.95])


def test_uniform_numbers_leave_the_band_in_one_of_twenty_figures_and_squares_in_all():
    # 400 sets of 200; at 0.05 more than 39 leave with probability 1e-4 by the binomial law. Squares are off by 1/4 at u = 1/4,
    # seven standard deviations.
    rng, (levels, low, high) = np.random.default_rng(4), uniform_band(200)
    sets = rng.uniform(size=(400, 200))

    assert sum(ecdf.leaves(ecdf.differences(u, levels), levels, low, high).any() for u in sets) <= 39
    assert all(ecdf.leaves(ecdf.differences(u**2, levels), levels, low, high).any() for u in sets)


def law_of(errors, noise=0.0):
    """Slopes and straight law of these errors at 4, 8 … 256 over a floor of 0.01: the rule of `plumbline verify`, whose
    unit/harness/statistics/local_order_test.cpp has the same cases."""
    values = np.sqrt(errors[:, None] ** 2 + 1e-4) + noise * np.random.default_rng(1).normal(size=(len(errors), 8))
    return local_slopes(STEPS, values, np.full(8, 0.01))


STEPS = 2.0 ** np.arange(2, 9)


def test_straight_law_begins_where_slopes_agree():
    slopes, law = law_of(0.5 ** np.cumsum([0, 0.37, 0.63, 0.85, 0.98, 1.05, 1.07]))

    assert len(slopes) == 6 and abs(slopes[0][2] - 0.37) < 1e-9
    assert abs(law[0] - 32) < 1e-9 and abs(law[1] - 1.035) < 1e-3


def test_there_is_no_straight_law_while_the_slope_moves():
    assert law_of(np.exp(-np.log(STEPS) ** 2 / 4))[1] is None


def test_slopes_look_at_errors_above_the_floor_only():
    slopes, _ = law_of(1 / STEPS**2, noise=1e-4)

    assert slopes[-1][1] < np.log(200)


def test_exact_draws_have_no_slope():
    slopes, law = law_of(np.zeros(7), noise=1e-3)

    assert len(slopes) <= 1 and law is None
