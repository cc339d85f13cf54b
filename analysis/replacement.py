"""Figure 1: the replacement method keeps its bias as steps grow. Drawn from experiments/replacement.toml."""

import numpy as np
from plumbline import bootstrap_band, colour, command_line, figure, save, style

METRIC = "sliced_wasserstein_1"
NAMES = {"fixed": "replacement, fixed", "forward": "replacement, forward", "fresh": "replacement, fresh"}


def select(results):
    """Error against steps for every context and kernel, and for the exact conditional score."""
    rows, data = [], results["replacement"]
    for context in data.context.values:
        for kernel in data.kernel.values:
            cell = data.sel(context=context, kernel=kernel)
            rows.append((NAMES[context], str(kernel), cell.steps.values, bootstrap_band(cell[METRIC])))
    oracle = results["conditional_score"]
    rows.append(("conditional score", "em", oracle.steps.values, bootstrap_band(oracle[METRIC])))
    return rows


def plot_laws(axes, results):
    """The posterior of x and histograms of draws at the largest number of steps, exact kernel."""
    kept, problem = results.group("samples/replacement"), results.group("problem")
    cell = results["replacement"].isel(steps=-1, replicate=0).sel(kernel="exact")
    x = np.linspace(-6, 6, 500)
    density = style.mixture_density(x, problem["posterior_weights"], problem["posterior_means"], problem["posterior_variances"])
    axes.fill_between(x, density, color=style.FLOOR, alpha=0.35, linewidth=0, label="exact posterior")
    kernel = list(results["replacement"].kernel.values).index("exact")
    for i, context in enumerate(cell.context.values):
        draws = kept["x"][i, kernel, -1, :, 0]
        axes.hist(draws, bins=np.linspace(-6, 6, 61), density=True, histtype="step", color=colour(i), label=NAMES[context])
    axes.set(xlabel="free coordinate x", ylabel="density", title=f"(a) draws after {int(cell.steps)} exact steps")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncol=2)


def plot_errors(axes, results, rows):
    style.draw_floor(axes, results.floor(METRIC))
    for name, kernel, steps, band in rows:
        index = list(NAMES.values()).index(name) if name in NAMES.values() else 3
        style.curve(axes, steps, *band, index, f"{name}, {kernel}", dashed=kernel == "em")
    axes.set(xscale="log", yscale="log", xlabel="time steps T", title="(b) error of the law of x")
    axes.set_ylabel(style.label(results["replacement"][METRIC].attrs))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncol=2)


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    fig, (left, right) = figure(columns=2, width=style.PAGE, height=3.4)
    plot_laws(left, results)
    plot_errors(right, results, rows)
    save(fig, stem, [{"sampler": name, "kernel": kernel, "steps": int(s), "mean": m, "low": lo, "high": hi}
                     for name, kernel, steps, band in rows for s, m, lo, hi in zip(steps, *band)])


if __name__ == "__main__":
    main()
