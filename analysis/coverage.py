"""Figure 8: do regions of credibility c hold the truth with probability c? Drawn from experiments/coverage.toml."""

import numpy as np
from plumbline import colour, command_line, figure, save, style, uniform_band

NAMES = {"exact": "exact posterior", "replacement": "replacement", "langevin": "with 16 Langevin corrections",
         "cs": "conditional score, 16 steps (em)"}
PANELS = [("central", "(a) central intervals of x"), ("expected_coverage", "(b) balls around random points")]


def covered(data, panel):
    """Per replicate the smallest credibility whose region holds the truth."""
    if panel == "central":
        return np.abs(2 * data["rank_coordinate"].values - 1).ravel()
    return data["expected_coverage"].values.ravel()


def select(results, levels):
    rows = []
    for label, data in results.samplers.items():
        for panel, _ in PANELS:
            smallest = np.sort(covered(data, panel)[np.isfinite(covered(data, panel))])
            rows.append((label, panel, np.searchsorted(smallest, levels, side="right") / len(smallest)))
    return rows


def plot(results, rows, levels, low, high):
    fig, axes = figure(columns=2, width=style.PAGE, height=3.2, sharey=True)
    for axis, (panel, title) in zip(axes, PANELS):
        axis.fill_between(levels, low, high, color=style.FLOOR, alpha=0.25, linewidth=0, label="95 % band, all levels at once")
        for i, label in enumerate(results.samplers):
            (curve,) = (c for name, p, c in rows if name == label and p == panel)
            axis.plot(levels, curve, color=colour(i), linestyle=["-", "--", "-.", ":"][i % 4], label=NAMES.get(label, label))
        axis.set(xlabel="credibility of the region", title=title, xlim=(0, 1), ylim=(0, 1), aspect="equal")
    axes[0].set_ylabel("probability that it holds the truth\n(below the band: overconfident)")
    axes[1].legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    return fig


def main():
    results, stem = command_line(__file__)
    levels, low, high = uniform_band(results["exact"].sizes["replicate"])
    rows = select(results, levels)
    save(plot(results, rows, levels, low, high), stem,
         [{"sampler": label, "region": panel, "credibility": u, "mean": float(c), "low": float(lo), "high": float(hi)}
          for label, panel, curve in rows for u, c, lo, hi in zip(levels, curve, low, high)])


if __name__ == "__main__":
    main()
