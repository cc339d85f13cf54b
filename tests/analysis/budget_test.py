"""Shares of an error budget against values on paper."""

import numpy as np
import xarray as xr
from plumbline.budget import shapley, shares


def grid(f):
    """f(a, b) over two factors, 0 approximate, 1 exact."""
    return xr.DataArray([[f(a, b) for b in (0, 1)] for a in (0, 1)], dims=("a", "b"))


def test_additive_errors_are_shared_as_they_add():
    parts = shapley(grid(lambda a, b: 5 * (1 - a) + 2 * (1 - b) + 1), ["a", "b"])

    np.testing.assert_allclose(parts.sel(factor="a"), 5)
    np.testing.assert_allclose(parts.sel(factor="b"), 2)


def test_an_error_that_needs_both_is_split_in_halves():
    parts = shapley(grid(lambda a, b: 6.0 * (a == 0 and b == 0)), ["a", "b"])

    np.testing.assert_allclose(parts, [3, 3])


def test_shares_and_what_is_left_add_up_to_the_whole_squared_excess():
    rng = np.random.default_rng(1)
    values = xr.DataArray(1 + rng.uniform(size=(2, 2, 2, 6)), dims=("a", "b", "c", "replicate"))

    parts, low, high = shares(values, 0.5, ["a", "b", "c"])

    whole = values.isel(a=0, b=0, c=0).mean() ** 2 - 0.25
    np.testing.assert_allclose(parts.sum("factor"), whole)
    assert np.all(low <= parts) and np.all(parts <= high)
