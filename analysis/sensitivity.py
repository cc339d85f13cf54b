"""Figure 18: the smallest error that a verdict catches, against draws and replicates, per metric. From
experiments/sensitivity.toml."""

import numpy as np
from plumbline import command_line, figure, save, style

ASPECTS = {"location": "shift, posterior sd", "spread": "share of the variance", "tails": "1/index of the tails",
           "dependence": "correlation", "masses": "share of the mass"}
TOLERANCE = {"location": 0.25, "spread": 0.25, "tails": 0.4, "dependence": 0.4, "masses": 0.1}
SEEN, SURE = 2.576, 1.282  # normal quantiles: two-sided level 0.01, power 0.9
REPLICATES, AT_REPLICATES, AT_DRAWS = np.array([4, 8, 16, 32, 64, 128, 256]), 32, 1000


def surplus(wrong, exact, replicates):
    """How far the rank test of so many runs, beside four times as many exact sets, is beyond seeing the error in nine of
    ten: |θ − ½| less what its level and the scatter of placements ask for."""
    above = (wrong[:, None] > exact[None, :]) + 0.5 * (wrong[:, None] == exact[None, :])
    np.fill_diagonal(above, np.nan)  # a run and an exact set of one replicate share their draws
    placement = np.nanmean(above, axis=1)
    level = SEEN * np.sqrt((1 / replicates + 1 / (4 * replicates)) / 12)
    return abs(placement.mean() - 0.5) - level - SURE * placement.std(ddof=1) / np.sqrt(replicates)


def smallest(sizes, surpluses):
    """Where the surplus becomes positive for good, on a logarithmic scale; NaN where it never does."""
    seen = np.asarray(surpluses) > 0
    if not seen[-1]:
        return np.nan
    first = len(seen) - int(np.argmin(seen[::-1])) if not seen.all() else 0
    if first == 0:
        return sizes[0]
    low, high = surpluses[first - 1], surpluses[first]
    return float(np.exp(np.interp(0, [low, high], np.log([sizes[first - 1], sizes[first]]))))


def select(results):
    """Rows (aspect, metric, draws, replicates, detectable size)."""
    rows = []
    for aspect in ASPECTS:
        cell = results[aspect]
        sizes = cell["size"].values[1:]
        for metric in [name for name, values in cell.data_vars.items() if "better" in values.attrs]:
            for n in cell.counted.values:
                values = cell[metric].sel(counted=n).transpose("size", "replicate").values
                for replicates in REPLICATES:
                    rows.append((aspect, metric, int(n), int(replicates),
                                 smallest(sizes, [surplus(v, values[0], replicates) for v in values[1:]])))
    return rows


def plot(axes, rows):
    metrics = list(dict.fromkeys(row[1] for row in rows))
    draws = sorted({row[2] for row in rows})
    at_draws = AT_DRAWS if AT_DRAWS in draws else draws[-1]
    for column, (aspect, unit) in enumerate(ASPECTS.items()):
        for line, (fixed, value, along) in enumerate([(3, AT_REPLICATES, 2), (2, at_draws, 3)]):
            panel = axes[line][column]
            for i, metric in enumerate(metrics):
                points = [(row[along], row[4]) for row in rows if row[0] == aspect and row[1] == metric and row[fixed] == value]
                panel.plot(*zip(*points), "-", marker=style.MARKERS[i], color=style.colour(i), label=metric.replace("_", " "))
            panel.axhline(TOLERANCE[aspect], color=style.FLOOR, linewidth=0.8, linestyle="--")
            panel.set(xscale="log", yscale="log")
            panel.set_xlabel("draws" if line == 0 else "replicates")
        axes[0][column].set_title(aspect)
        axes[0][column].sharey(axes[1][column])
        for line in range(2):
            axes[line][column].set_ylabel(unit)


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    fig, axes = figure(columns=len(ASPECTS), rows=2, width=1.35 * style.PAGE, height=4.2)
    plot(axes, rows)
    fig.legend(*axes[0][0].get_legend_handles_labels(), loc="upper center", bbox_to_anchor=(0.5, 0), ncol=4)
    save(fig, stem, [dict(zip(("aspect", "metric", "draws", "replicates", "detectable"), row)) for row in rows])


if __name__ == "__main__":
    main()
