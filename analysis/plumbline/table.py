"""A table of one metric: methods down, problems across, the noise floor below. As text, CSV, LaTeX, and as a picture whose
colour is the error in units of the floor."""

import itertools

import numpy as np
from matplotlib.colors import LogNorm

from . import style
from .stats import bootstrap_band, count_of


def select(results, metric: str, axes: dict[str, str], names: dict[str, str]):
    """Column titles and rows (name, mean, low, high, each over the columns): cells in the order of the axes' product, replicates
    that diverged left out; last the floor with the quantiles of exact draws. `axes`: dimension → "D = {}". Of methods with more
    budgets the first, and of all the replicates that all have: where y is drawn, the same problems."""
    first = results[next(iter(names))]
    places = [dict(zip(axes, place)) for place in itertools.product(*(first[axis].values for axis in axes))]
    titles = ["\n".join(text.format(f"{v:g}") for text, v in zip(axes.values(), place.values())) for place in places]
    rows = []
    values = {label: results[label][metric] for label in names}
    values = {label: v.isel({axis: 0 for axis in v.dims if axis not in (*axes, "replicate")}) for label, v in values.items()}
    shared = min(count_of(np.moveaxis(v.values, v.get_axis_num("replicate"), -1)) for v in values.values())
    for label, name in names.items():
        bands = [bootstrap_band(values[label].sel(place).isel(replicate=slice(shared))) for place in places]
        rows.append((name, *(np.array([float(band[k]) for band in bands]) for k in range(3))))
    floors = [results.floor(metric, **place) for place in places]
    rows.append(("exact draws", *(np.array([floor[k] for floor in floors]) for k in range(3))))
    return titles, rows


def cell(mean: float, low: float, high: float) -> str:
    return "–" if not np.isfinite(mean) else f"{mean:.2f} ± {(high - low) / 2:.2f}"


def write_text(stem, titles, rows, caption: str):
    """The table for reading in a terminal, and for a paper."""
    heads = ["method"] + [title.replace("\n", ", ") for title in titles]
    lines = [[name] + [cell(*c) for c in zip(mean, low, high)] for name, mean, low, high in rows]
    widths = [max(len(line[k]) for line in [heads, *lines]) for k in range(len(heads))]
    text = ["  ".join(entry.ljust(width) for entry, width in zip(line, widths)).rstrip() for line in [heads, *lines]]
    stem.with_suffix(".txt").write_text("\n".join([caption, "", *text]) + "\n")

    def tex(entry):
        for character, command in (("±", r"$\pm$"), ("–", "--"), ("κ", r"$\kappa$"), ("Π", r"$\Pi$"), ("_", r"\_")):
            entry = entry.replace(character, command)
        return entry

    body = [" & ".join(tex(entry) for entry in line) + r" \\" for line in [heads, *lines]]
    stem.with_suffix(".tex").write_text("\n".join([f"% {caption}", rf"\begin{{tabular}}{{l{'r' * len(titles)}}}", r"\hline",
                                                   body[0], r"\hline", *body[1:-1], r"\hline", body[-1], r"\hline",
                                                   r"\end{tabular}"]) + "\n")
    print(stem.with_suffix(".txt"), stem.with_suffix(".tex"), sep="\n")


def draw(results, stem, metric: str, axes: dict[str, str], names: dict[str, str]):
    """Writes .txt, .tex, .csv, .pdf and .png."""
    long_name = results[next(iter(names))][metric].attrs["long_name"]
    caption = f"{long_name}: mean over problems ± half of its 95 % band; last row: exact draws ± half of their 90 %"
    titles, rows = select(results, metric, axes, names)
    floor = rows[-1][1]
    ratios = np.array([mean / floor for _, mean, _, _ in rows])
    fig, panel = style.figure(width=max(style.PAGE, 1.4 + 0.62 * len(titles)), height=0.7 + 0.24 * len(rows))
    image = panel.imshow(np.clip(ratios, 1, None), aspect="auto", cmap="YlOrRd", norm=LogNorm(1, 30))
    for i, (_, mean, low, high) in enumerate(rows):
        for j in range(len(titles)):
            dark = ratios[i, j] > 10
            panel.text(j, i, cell(mean[j], low[j], high[j]).replace(" ± ", "\n±"), ha="center", va="center", fontsize=5,
                       color="white" if dark else "black", linespacing=0.9)
    panel.set_xticks(range(len(titles)), titles)
    panel.set_yticks(range(len(rows)), [name for name, *_ in rows])
    panel.tick_params(length=0)
    panel.xaxis.tick_top()
    for side in panel.spines.values():
        side.set_visible(False)
    bar = fig.colorbar(image, ax=panel, label="× floor", pad=0.01)
    bar.set_ticks([1, 3, 10, 30], labels=["1", "3", "10", "30"])
    write_text(stem, titles, rows, caption)
    style.save(fig, stem, [{"method": name, "problem": title.replace("\n", ", "), "mean": m, "low": lo, "high": hi, "floor": f}
                           for name, mean, low, high in rows for title, m, lo, hi, f in zip(titles, mean, low, high, floor)])
