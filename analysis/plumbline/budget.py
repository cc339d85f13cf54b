"""Who is to blame: the squared excess error of a method, shared among its approximations."""

from itertools import combinations
from math import factorial

import numpy as np
import xarray as xr

from . import style

METRIC = "sliced_wasserstein_2"


def shapley(excess: xr.DataArray, factors: list[str]) -> xr.DataArray:
    """What each factor explains of `excess` when its first value (the approximation) becomes its second (exact).

    How much that is depends on what else is exact already; the Shapley value averages over all orders, so that the shares
    add up to excess(none exact) − excess(all exact). Other dimensions are kept; the new one is `factor`.
    """
    count, shares = len(factors), []

    def at(exact):
        return excess.isel({factor: int(factor in exact) for factor in factors}, drop=True)

    for factor in factors:
        others = [other for other in factors if other != factor]
        share = 0.0
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for exact in combinations(others, size):
                share = share + weight * (at(exact) - at((*exact, factor)))
        shares.append(share)
    return xr.concat(shares, dim=xr.DataArray(factors, dims="factor", name="factor"))


def squared_excess(values: xr.DataArray, floor: float) -> xr.DataArray:
    """mean(error)² − floor² over replicates: errors and floor add in squares."""
    return values.mean("replicate") ** 2 - floor**2


def shares(values: xr.DataArray, floor: float, factors: list[str], resamples: int = 400, seed: int = 1):
    """The shares, what is left when all is exact, and percentile intervals (90 %) by bootstrap over replicates: those
    share their random numbers between all cells, so they are drawn together."""
    def budget(sample):
        excess = squared_excess(sample, floor)
        left = excess.isel({factor: 1 for factor in factors}, drop=True)
        parts = shapley(excess, factors)
        return xr.concat([parts, left.expand_dims(factor=["left"])], dim="factor")

    picks = np.random.default_rng(seed).integers(values.sizes["replicate"], size=(resamples, values.sizes["replicate"]))
    drawn = xr.concat([budget(values.isel(replicate=pick)) for pick in picks], dim="resample")
    return budget(values), drawn.quantile(0.05, "resample"), drawn.quantile(0.95, "resample")


def stack(axes, parts, names: dict[str, str]):
    """Stacked bars along the steps: shares above 0 upwards, below 0 downwards. Returns the tops."""
    position = np.arange(parts.sizes["steps"])
    up, down = np.zeros(len(position)), np.zeros(len(position))
    for i, factor in enumerate(parts.factor.values):
        height = parts.sel(factor=factor).values
        axes.bar(position, height, 0.6, bottom=np.where(height >= 0, up, down), color=style.colour(i), label=names[str(factor)],
                 edgecolor="white", linewidth=0.4)
        up, down = up + np.maximum(height, 0), down + np.minimum(height, 0)
    axes.axhline(0, color="black", linewidth=0.6)
    axes.set_xticks(position, [str(value) for value in parts.steps.values])
    return up


def draw(results, stem, label: str, names: dict[str, str]):
    """The figure of a sweep whose sampler `label` has an axis of two values, approximate and exact, for each key of `names`
    (texts with room for both values), and an axis `steps`."""
    values, floor = results[label][METRIC], results.floor(METRIC)[0]
    names = {factor: text.format(*values[factor].values) for factor, text in names.items()} | {"left": "left when all are replaced"}
    parts, low, high = shares(values, floor, [factor for factor in names if factor != "left"])
    fig, axes = style.figure(width=style.COLUMN, height=2.8)
    top = stack(axes, parts, names)
    for x, (steps, height) in enumerate(zip(parts.steps.values, top)):
        error = np.sqrt(max(float(parts.sel(steps=steps).sum()), 0))
        axes.annotate(f"{error:.2f}²", (x, height), ha="center", va="bottom", fontsize=7, xytext=(0, 2), textcoords="offset points")
    axes.axhspan(0, floor**2, color=style.FLOOR, alpha=0.35, linewidth=0, label="floor² of exact draws, for scale", zorder=0)
    axes.set(xlabel="time steps T", ylabel="squared excess of sliced W₂\n(data units²)",
             ylim=(None, 1.15 * top.max()))
    axes.legend(loc="upper center", bbox_to_anchor=(0.45, -0.2))
    cells = [dict(factor=factor, steps=steps) for factor in parts.factor.values for steps in parts.steps.values]
    style.save(fig, stem, [{"factor": str(at["factor"]), "what": names[str(at["factor"])], "steps": int(at["steps"]),
                            "mean": float(parts.sel(at)), "low": float(low.sel(at)), "high": float(high.sel(at))} for at in cells])
