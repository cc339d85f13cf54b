"""Figure 5: order of every reverse kernel under the exact conditional score. From experiments/discretisation.toml."""

import numpy as np
from plumbline import bootstrap_band, command_line, figure, local_slopes, save, style

METRIC = "sliced_wasserstein_2"


def select(results):
    """Per kernel: steps, error with its band, local slopes and the straight law where there is one."""
    rows, floor = [], results.null[METRIC].values
    for kernel in results["conditional_score"].kernel.values:
        cell = results["conditional_score"].sel(kernel=kernel)
        slopes, law = local_slopes(cell.steps.values, cell[METRIC].transpose("steps", "replicate").values, floor)
        rows.append((str(kernel), cell.steps.values, bootstrap_band(cell[METRIC]), slopes, law))
    return rows


def plot(axes, results, rows):
    errors, orders = axes
    style.draw_floor(errors, results.floor(METRIC))
    for i, (kernel, steps, band, slopes, law) in enumerate(rows):
        says = f": order {law[1]:.2f} ± {law[2]:.2f} from {law[0]:.0f} steps on" if law else ""
        style.curve(errors, steps, *band, i, kernel + says)
        if slopes:
            style.curve(orders, *np.array([[np.exp((a + b) / 2), *rest] for a, b, *rest in slopes]).T, i, kernel)
    errors.set_ylabel(style.label(results["conditional_score"][METRIC].attrs))
    orders.set(ylabel="local order", ylim=(-0.5, 3))
    for axis in axes:
        axis.set(xscale="log", xlabel="time steps T")
        axis.set_xscale("log", base=2)
    errors.set_yscale("log")
    orders.legend(*errors.get_legend_handles_labels(), loc="upper center", bbox_to_anchor=(0.5, -0.25), ncol=1)


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    fig, axes = figure(rows=2, height=5.0)
    plot(axes, results, rows)
    nothing = (float("nan"),) * 3
    save(fig, stem, [{"kernel": kernel, "steps": int(s), "mean": m, "low": lo, "high": hi, "order": (law or nothing)[1],
                      "order_se": (law or nothing)[2], "order_from": (law or nothing)[0]}
                     for kernel, steps, band, _, law in rows for s, m, lo, hi in zip(steps, *band)])


if __name__ == "__main__":
    main()
