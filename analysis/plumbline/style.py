"""One look for every figure: column width, colour-blind-safe colours, floors drawn the same way everywhere."""

import csv
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

COLUMN, PAGE = 3.4, 7.0  # inches: one column, two columns

# Okabe & Ito 2008: distinguishable under the common colour-vision deficiencies.
PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999999", "#000000"]
MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*"]
FLOOR = "#777777"

plt.rcParams.update({
    "figure.dpi": 200, "savefig.bbox": "tight", "savefig.pad_inches": 0.03, "pdf.fonttype": 42,
    "font.size": 8, "axes.titlesize": 8, "axes.labelsize": 8, "legend.fontsize": 7, "xtick.labelsize": 7,
    "ytick.labelsize": 7, "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.6,
    "lines.linewidth": 1.2, "lines.markersize": 3.5, "legend.frameon": False, "axes.titlelocation": "left",
})


def colour(i: int) -> str:
    """The i-th colour of the palette."""
    return PALETTE[i % len(PALETTE)]


def figure(columns: int = 1, width: float = COLUMN, height: float = 2.4, rows: int = 1, **options):
    """A figure of the given size in inches and its axes, in constrained layout."""
    return plt.subplots(rows, columns, figsize=(width, height), constrained_layout=True, **options)


def label(attributes: dict) -> str:
    """"sliced 2-Wasserstein distance (data units)" from a variable's attributes."""
    units = attributes.get("units", "")
    return attributes.get("long_name", "") + (f"\n({units})" if units not in ("", "1") else "")


def curve(axes, x, mean, low, high, index: int, text: str, dashed: bool = False):
    """Mean with its bootstrap band."""
    axes.fill_between(x, low, high, color=colour(index), alpha=0.2, linewidth=0)
    axes.plot(x, mean, "--" if dashed else "-", marker=MARKERS[index % len(MARKERS)], color=colour(index), label=text)


def draw_floor(axes, floor: tuple[float, float, float], text: str = "exact draws"):
    """The same metric on exact draws of the same size: its mean and central 90 %."""
    mean, low, high = floor
    axes.axhspan(low, high, color=FLOOR, alpha=0.25, linewidth=0)
    axes.axhline(mean, color=FLOOR, linewidth=0.8, linestyle=":", label=text)


def mixture_density(x, weights, means, variances):
    """Density of a one-dimensional Gaussian mixture on the points x, for the exact curve behind histograms."""
    variances = variances.reshape(len(weights), -1)[:, 0]  # one number per component when isotropic
    z = (np.asarray(x)[:, None] - means[:, 0]) ** 2 / variances
    return (weights * np.exp(-z / 2) / np.sqrt(2 * np.pi * variances)).sum(axis=1)


def save(fig, stem: Path, rows: list[dict]):
    """PDF, PNG and the CSV of the plotted numbers, side by side; prints where they are."""
    fig.savefig(stem.with_suffix(".pdf"), metadata={"CreationDate": None})
    fig.savefig(stem.with_suffix(".png"))
    plt.close(fig)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with stem.with_suffix(".csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    print(stem.with_suffix(".pdf"), stem.with_suffix(".png"), stem.with_suffix(".csv"), sep="\n")
