"""Figure 5: order of every reverse kernel under the exact conditional score. From experiments/discretisation.toml."""

import numpy as np
from plumbline import bootstrap_band, command_line, figure, fit_slope, save, style

METRIC = "sliced_wasserstein_2"


def select(results):
    """Per kernel: steps, error with its band, and the slope where the error is above twice the floor."""
    rows, floor = [], results.floor(METRIC)
    for kernel in results["conditional_score"].kernel.values:
        cell = results["conditional_score"].sel(kernel=kernel)
        steps, band = cell.steps.values, bootstrap_band(cell[METRIC])
        above = (band[0] > 2 * floor[2]) & (steps >= 16)  # below 16 steps Heun is not in its asymptotic range
        excess = np.sqrt(np.maximum(band[0][above] ** 2 - floor[0] ** 2, 0))
        rows.append((str(kernel), steps, band, fit_slope(steps[above], excess)))
    return rows


def plot(axes, results, rows):
    style.draw_floor(axes, results.floor(METRIC))
    for i, (kernel, steps, band, (slope, se)) in enumerate(rows):
        fitted = f": order {-slope:.2f} ± {se:.2f}" if np.isfinite(se) else ""
        style.curve(axes, steps, *band, i, kernel + fitted)
    axes.set(xscale="log", yscale="log", xlabel="time steps T")
    axes.set_xscale("log", base=2)
    axes.set_ylabel(style.label(results["conditional_score"][METRIC].attrs))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncol=2)


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    fig, axes = figure(height=3.4)
    plot(axes, results, rows)
    save(fig, stem, [{"kernel": kernel, "steps": int(s), "mean": m, "low": lo, "high": hi, "order": -slope, "order_se": se}
                     for kernel, steps, band, (slope, se) in rows for s, m, lo, hi in zip(steps, *band)])


if __name__ == "__main__":
    main()
