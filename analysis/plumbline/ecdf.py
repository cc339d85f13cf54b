"""Distribution functions of numbers that should be uniform, drawn as F(u) − u beside their simultaneous band."""

import numpy as np

from . import style


def differences(values, levels):
    """F(u) − u of the finite values at the levels u."""
    kept = np.sort(np.ravel(values)[np.isfinite(np.ravel(values))])
    return np.searchsorted(kept, levels, side="right") / max(len(kept), 1) - levels


def in_order(results, names):
    """(label, data) of every sampler: those with a name first and in its order, so that colours mean the same everywhere."""
    labels = [label for label in names if label in results.samplers]
    return [(label, results[label]) for label in labels + [label for label in results.samplers if label not in names]]


def leaves(difference, levels, low, high):
    """Where the distribution function is outside the band."""
    return (difference < low - levels - 1e-12) | (difference > high - levels + 1e-12)


def draw(axes, levels, low, high, curves):
    """One panel: the band, and a curve per (label, F(u) − u), bold with a dot where it leaves the band. A curve that never
    does is what uniform numbers do 95 times of 100."""
    ends = np.concatenate([[0], levels, [1]])
    around = np.concatenate([[0], low - levels, [0]]), np.concatenate([[0], high - levels, [0]])
    axes.fill_between(ends, *around, color=style.FLOOR, alpha=0.3, linewidth=0, label="95 % band of uniform numbers, all u at once")
    axes.axhline(0, color=style.FLOOR, linewidth=0.6)
    for i, (label, difference) in enumerate(curves):
        outside = leaves(difference, levels, low, high)
        axes.plot(ends, np.concatenate([[0], difference, [0]]), color=style.colour(i), linewidth=0.9,
                  linestyle=["-", "--", "-.", (0, (1, 1))][i % 4], label=label)
        axes.plot(levels, np.where(outside, difference, np.nan), color=style.colour(i), linewidth=2.2,
                  marker=".", markersize=2.2, solid_capstyle="butt")
    axes.set(xlim=(0, 1), xticks=[0, 0.5, 1], xticklabels=["0", "½", "1"])


def rows(levels, low, high, curves, **about):
    """The plotted numbers, for the CSV."""
    return [{**about, "sampler": label, "u": float(u), "difference": float(d), "low": float(lo - u), "high": float(hi - u)}
            for label, difference in curves for u, d, lo, hi in zip(levels, difference, low, high)]
