"""The picture of a verdict on draws: exact ones and the given ones in two projections. From `plumbline score … --out S.h5`:

    analysis/score.py S.h5 [--figures FOLDER]

Left the direction in which they disagree most against the widest of what is left, right the two widest principal axes; in two dimensions
there is one plane, and right the ratio of densities; in one the densities and the difference of distribution functions."""

import argparse
import textwrap
from pathlib import Path

import h5py
import numpy as np
from plumbline import colour, figure, save, style

SCHEMA = "plumbline-score/1"
SHARES = (0.99, 0.9, 0.5)  # of the exact draws, inside the contours


def read(path: Path) -> dict:
    """The draws, as many exact ones, and where they are wrong; SystemExit in a line for any other file."""
    try:
        with h5py.File(path, "r") as file:
            if (schema := file.attrs.get("schema", "")) != SCHEMA:
                raise SystemExit(f"{path}: schema '{schema}', this reads '{SCHEMA}', which plumbline score --out writes")
            if "draws" not in file:
                raise SystemExit(f"{path}: it holds no draws: score them again with this version of plumbline")
            data = {"label": file.attrs["label"], "finding": file.attrs["finding"].replace("_", " "), "sentence": file.attrs["sentence"],
                    "x": file["draws/x"][()], "w": np.exp(file["draws/log_w"][()]), "exact": file["exact/x"][()], "lines": []}
            if "where" in file:
                where = file["where"]
                data |= {name: where[name][()] for name in ("direction", "centre", "radius", "value", "right")}
                data["lines"] = list(where["line"].asstr())
            return data
    except OSError as error:
        raise SystemExit(f"{path}: no file that can be read: {error}") from None


def directions(data: dict) -> list[tuple[np.ndarray, np.ndarray, str, str]]:
    """One or two pairs of unit vectors with the labels of their axes."""
    d = data["exact"].shape[1]
    axes = np.linalg.svd(data["exact"] - data["exact"].mean(0), full_matrices=False)[2]
    named = [f"$x_{{{i}}}$" for i in range(d)]
    if d == 2:
        return [(np.eye(2)[0], np.eye(2)[1], *named)]
    first = next((u for u in data.get("direction", []) if np.isfinite(u).all()), None)
    pairs = []
    if first is not None:
        rest = axes - np.outer(axes @ first, first)  # widest first; the first that is not the direction itself
        second = next(v for v in rest if np.linalg.norm(v) > 0.3)
        second = second / np.linalg.norm(second)
        pairs.append((first, second, text_of(first, named, "furthest off"), text_of(second, named, "across")))
    pairs.append((axes[0], axes[1], text_of(axes[0], named, "widest axis"), text_of(axes[1], named, "second axis")))
    if len(pairs) == 1:
        pairs.append((axes[0], axes[2], pairs[0][2], text_of(axes[2], named, "third axis")))
    return pairs


def text_of(u: np.ndarray, named: list[str], role: str) -> str:
    """"$x_2$" for a coordinate, the numbers for few of them, else what it is."""
    if np.abs(u).max() > 0.999:
        return ("" if u[np.abs(u).argmax()] > 0 else "−") + named[int(np.abs(u).argmax())]
    return f"along ({', '.join(f'{v:.2f}' for v in u)})" if len(u) <= 3 else role


def density(x: np.ndarray, w: np.ndarray, edges, widths) -> np.ndarray:
    """A weighted histogram of x [n, 2], smoothed by a Gaussian of these widths."""
    counts = np.histogram2d(*x.T, bins=edges, weights=w / w.sum())[0]
    for axis in (0, 1):
        width = widths[axis] / np.diff(edges[axis][:2])[0]
        reach = np.arange(-int(4 * width) - 1, int(4 * width) + 2)
        kernel = np.exp(-(reach / max(width, 0.5)) ** 2 / 2)
        counts = np.apply_along_axis(lambda row, k=kernel / kernel.sum(): np.convolve(row, k, "same"), axis, counts)
    return counts


def plane(data, pair):
    """Both kinds of draws in a plane, cells that hold them, and how wide to smooth there."""
    exact, x = (np.stack([points @ u for u in pair[:2]], axis=1) for points in (data["exact"], data["x"]))
    low, high = np.quantile(np.concatenate([exact, x]), [0.002, 0.998], axis=0)
    low, high = np.minimum(low, exact.min(0)), np.maximum(high, exact.max(0))
    pad = 0.05 * (high - low) + 1e-12
    edges = [np.linspace(a, b, 121) for a, b in zip(low - pad, high + pad)]
    return exact, x, edges, 0.5 * exact.std(0) * len(exact) ** (-1 / 6)


def draw_plane(panel, data, pair):
    u, v, x_text, y_text = pair
    exact, x, edges, widths = plane(data, pair)
    shown = exact[:len(x)]
    panel.plot(*shown.T, ".", color="#555555", markersize=1.8, alpha=0.5, markeredgewidth=0, zorder=1, label="exact draws")
    panel.plot(*x.T, ".", color=colour(1), markersize=1.8, alpha=0.6, markeredgewidth=0, label=data["label"], zorder=2)
    smooth = density(exact, np.ones(len(exact)), edges, widths)
    order = np.sort(smooth, axis=None)[::-1]
    levels = sorted({float(order[np.searchsorted(order.cumsum(), share * order.sum())]) for share in SHARES})
    if len(levels) > 1:
        middles = [(e[:-1] + e[1:]) / 2 for e in edges]
        panel.contour(*middles, smooth.T, levels=levels, colors="black", linewidths=0.7, zorder=3)
        panel.plot([], [], color="black", linewidth=0.7, label="exact: 50, 90, 99 %")
    for centre, radius in zip(data.get("centre", []), data.get("radius", [])):
        if radius > 0 and np.isfinite(centre).all():
            panel.plot(centre @ u, centre @ v, "+", color=colour(0), markersize=9, markeredgewidth=1.4, zorder=4, label="furthest off")
    legend = panel.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, columnspacing=1, handlelength=1.2, borderaxespad=0.2)
    for handle in legend.get_lines():
        if handle.get_marker() == ".":
            handle.set(markersize=6, alpha=1)
    panel.set(xlim=edges[0][[0, -1]], ylim=edges[1][[0, -1]], xlabel=x_text, ylabel=y_text)


def draw_ratio(fig, panel, data, pair):
    """How many times too many, where enough of either are: on a scale of 2, within a factor 4."""
    exact, x, edges, widths = plane(data, pair)
    of_exact, of_x = density(exact, np.ones(len(exact)), edges, 2 * widths), density(x, data["w"], edges, 2 * widths)
    ratio = np.log2((of_x + 1e-12) / (of_exact + 1e-12))
    few = np.maximum(of_exact, of_x) < 0.02 * of_exact.max()
    image = panel.pcolormesh(*edges, np.ma.array(ratio, mask=few).T, cmap="PuOr_r", vmin=-2, vmax=2, rasterized=True)
    bar = fig.colorbar(image, ax=panel, ticks=[-2, -1, 0, 1, 2])
    bar.ax.set_yticklabels(["¼", "½", "1", "2", "4"])
    panel.set(xlabel=pair[2], ylabel=pair[3], title="density of the draws over the exact one")


def draw_line(panels, data):
    """One dimension: densities, and how far the distribution functions are apart."""
    exact, x = data["exact"][:, 0], data["x"][:, 0]
    edges = np.linspace(*np.quantile(np.concatenate([exact, x]), [0.001, 0.999]), 46)
    panels[0].hist(exact, edges, density=True, color=style.FLOOR, alpha=0.5, label="exact draws")
    panels[0].hist(x, edges, weights=data["w"], density=True, histtype="step", color=colour(1), linewidth=1.2, label=data["label"])
    panels[0].set(xlabel="$x_0$", ylabel="density")
    grid = np.sort(np.concatenate([exact, x]))
    order = np.argsort(x)
    weights = np.concatenate([[0], data["w"][order].cumsum()]) / data["w"].sum()
    gap = weights[np.searchsorted(x[order], grid, side="right")] - np.searchsorted(np.sort(exact), grid, side="right") / len(exact)
    bound = 1.63 * np.sqrt(1 / len(exact) + (data["w"] ** 2).sum() / data["w"].sum() ** 2)  # Kolmogorov–Smirnov at 0.01
    panels[1].axhspan(-bound, bound, color=style.FLOOR, alpha=0.25, linewidth=0, label="99 % of exact draws")
    panels[1].plot(grid, gap, color=colour(1))
    panels[1].set(xlabel="$x_0$", ylabel="difference of distribution functions")
    for panel in panels:
        panel.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0.2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, help="what plumbline score --out wrote")
    parser.add_argument("--figures", type=Path, default=Path("."), help="folder for the picture (default: here)")
    options = parser.parse_args()
    data = read(options.file)
    said = [part for line in (data["lines"] or [data["sentence"]]) for part in textwrap.wrap(line, 120)][:6]
    fig, panels = figure(columns=2, width=style.PAGE, height=3.1 + 0.14 * len(said))
    if data["exact"].shape[1] == 1:
        draw_line(panels, data)
    else:
        pairs = directions(data)
        draw_plane(panels[0], data, pairs[0])
        draw_plane(panels[1], data, pairs[1]) if len(pairs) > 1 else draw_ratio(fig, panels[1], data, pairs[0])
    fig.suptitle(f"{data['label']}: {data['finding']}", fontsize=9, fontweight="bold", x=0.02, ha="left")
    fig.supxlabel("\n".join(said), fontsize=7, x=0.02, ha="left")
    options.figures.mkdir(parents=True, exist_ok=True)
    rows = [{"line": line, "value": float(v), "right": float(r)} for line, v, r in zip(data["lines"], data.get("value", []), data.get("right", []))]
    save(fig, options.figures / options.file.stem, rows or [{"line": data["sentence"], "value": "", "right": ""}])


if __name__ == "__main__":
    main()
