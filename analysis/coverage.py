"""Figure 8: do regions of credibility c hold the truth with probability c? Drawn from experiments/coverage.toml."""

import numpy as np
from plumbline import command_line, ecdf, figure, save, style, uniform_band

NAMES = {"exact": "exact posterior", "replacement": "replacement", "langevin": "16 Langevin corrections",
         "cs": "conditional score, 16 steps (em)"}
PANELS = {"central": "(a) central intervals of x₁", "hpd_coverage": "(b) highest posterior density",
          "expected_coverage": "(c) balls around draws of p(x | y)"}


def at_first_budget(data):
    """The figure's; finer ones are there for the verdict."""
    return data.isel({axis: 0 for axis in data["hpd_coverage"].dims if axis != "replicate"})


def covered(data, panel):
    """Per replicate the smallest credibility whose region holds the truth."""
    return np.abs(2 * data["rank_coordinate"].values - 1) if panel == "central" else data[panel].values


def gap(data):
    """Mean over replicates of the MMSE gap, and its standard error."""
    values = data["mmse_gap"].values[np.isfinite(data["mmse_gap"].values)]
    return values.mean(), values.std(ddof=1) / np.sqrt(len(values))


def name(label, data):
    mean, error = gap(data)
    return f"{NAMES.get(label, label)}: MMSE gap {100 * mean:.1f} ± {100 * error:.1f} %"


def plot(data, curves, levels, low, high):
    fig, axes = figure(columns=len(PANELS), width=style.PAGE, height=2.6, sharey=True)
    for panel, (region, title) in zip(axes, PANELS.items()):
        ecdf.draw(panel, levels, low, high, [(name(label, data[label]), c) for label, c in curves[region]])
        panel.set(title=title)
    axes[1].set_xlabel("credibility of the region")
    axes[0].set_ylabel("coverage − credibility\n(below 0: overconfident)")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="lower center", bbox_to_anchor=(0.5, -0.2), ncol=2)
    return fig


def main():
    results, stem = command_line(__file__)
    levels, low, high = uniform_band(results["exact"].sizes["replicate"])
    samplers = [(label, at_first_budget(data)) for label, data in ecdf.in_order(results, NAMES)]
    curves = {panel: [(label, ecdf.differences(covered(data, panel), levels)) for label, data in samplers]
              for panel in PANELS}
    rows = [row for panel in PANELS for row in ecdf.rows(levels, low, high, curves[panel], region=panel)]
    gaps = [{"region": "mmse_gap", "sampler": label, "mean": float(gap(data)[0]), "error": float(gap(data)[1])}
            for label, data in samplers]
    save(plot(dict(samplers), curves, levels, low, high), stem, rows + gaps)


if __name__ == "__main__":
    main()
