"""Figure 7: simulation-based calibration of whole methods. Drawn from experiments/sbc.toml."""

import numpy as np
from plumbline import colour, command_line, figure, save, style, uniform_band

QUANTITIES = ["rank_coordinate", "rank_log_density", "rank_log_likelihood"]
TITLES = {"rank_coordinate": "(a) coordinate x", "rank_log_density": "(b) prior density log p(x)",
          "rank_log_likelihood": "(c) likelihood log p(y | x)"}
NAMES = {"exact": "exact posterior", "prior": "prior (ignores y)", "replacement": "replacement", "smcdiff": "SMCDiff, N = 16"}


def select(results, levels):
    """F(u) − u of the ranks of every method and quantity at the levels u."""
    rows = []
    for label, data in results.samplers.items():
        for quantity in QUANTITIES:
            ranks = np.sort(data[quantity].values[np.isfinite(data[quantity].values)])
            rows.append((label, quantity, np.searchsorted(ranks, levels, side="right") / len(ranks) - levels))
    return rows


def plot(results, rows, levels, low, high):
    fig, axes = figure(columns=3, width=style.PAGE, height=2.7, sharey=True)
    for panel, quantity in zip(axes, QUANTITIES):
        panel.fill_between(levels, low - levels, high - levels, color=style.FLOOR, alpha=0.25, linewidth=0,
                           label="95 % band of uniform ranks, all u at once")
        panel.axhline(0, color=style.FLOOR, linewidth=0.8, linestyle=":")
        for i, label in enumerate(results.samplers):
            (curve,) = (c for name, q, c in rows if name == label and q == quantity)
            panel.plot(levels, curve, color=colour(i), linestyle=["-", "--", "-.", "-"][i % 4], label=NAMES.get(label, label))
        panel.set(xlabel="rank u of the truth", title=TITLES[quantity], xlim=(0, 1))
    axes[0].set_ylabel("F(u) − u\n(above 0: truth ranks low)")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="lower center", bbox_to_anchor=(0.5, -0.14), ncol=5)
    return fig


def main():
    results, stem = command_line(__file__)
    replicates = results["exact"].sizes["replicate"]
    levels, low, high = uniform_band(replicates)
    rows = select(results, levels)
    save(plot(results, rows, levels, low, high), stem,
         [{"sampler": label, "quantity": quantity, "u": u, "mean": float(d), "low": float(lo - u), "high": float(hi - u)}
          for label, quantity, curve in rows for u, d, lo, hi in zip(levels, curve, low, high)])


if __name__ == "__main__":
    main()
