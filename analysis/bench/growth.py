"""How prices grow: of log-density and score with dimension and components, of four samplers with particles and steps, and what
more threads bring. From the files of ./run_experiments.sh --bench."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from plumbline import figure, save, style  # noqa: E402
from rows import command_line, machine, rows_of  # noqa: E402

KINDS = ("isotropic", "diagonal", "full")
METHODS = {"conditional_score": "conditional-score", "smcdiff": "smcdiff", "dps": "dps", "tds": "tds"}


def select(folder):
    """Panel → [(name, x, y)]: nanoseconds, in the last panel the speed-up over one thread."""
    density = [row for row in rows_of(folder, "growth") if row["path"][0] == "growth"]
    methods = [row for row in rows_of(folder, "catalogue") if row["path"][0] == "growth_of"]

    def curve(rows, x, y):
        points = sorted((row[x], 1e9 * row[y]) for row in rows)
        return [p[0] for p in points], [p[1] for p in points]

    panels = {
        "d": [(kind, *curve([r for r in density if r["path"][1] == kind], "d", "s/pair")) for kind in KINDS],
        "K": [(f"{kind}, d = {d}", *curve([r for r in density if r["path"][1] == f"components_{kind}" and r["d"] == d], "K", "s/pair"))
              for d in (2, 64) for kind in KINDS],
        "N": [(name, *curve([r for r in methods if r["path"][1] == key and r["T"] == 100], "N", "s/step")) for key, name in METHODS.items()],
        "T": [(name, *curve([r for r in methods if r["path"][1] == key and r["N"] == 1024], "T", "s/step")) for key, name in METHODS.items()],
    }
    return panels, speed_ups(folder, density + methods)


def speed_ups(folder, alone):
    """(name, threads, seconds of one thread over theirs), of the rows that ran on several."""
    one = {row["name"].removesuffix("/real_time"): row["real_time"] for row in alone}
    curves = {}
    for file in sorted(folder.glob("*_threads.json")):
        for row in rows_of(folder, file.stem):
            name = row["name"].removesuffix("/real_time")
            if name in one and row["path"][0] != "limit":
                size = f"d = {row['d']}" if "d" in row else f"N = {row['N']}"
                curves.setdefault(f"{row['path'][1].replace('_', '-')}, {size}", [(1, 1.0)]).append((row["threads"], one[name] / row["real_time"]))
    return [(name, *map(list, zip(*sorted(points)))) for name, points in curves.items()]


def plot(axes, panels, threads, about):
    titles = {"d": "(a) log-density + score, K = 25", "K": "(b) with components", "N": "(c) samplers, T = 100", "T": "(d) samplers, N = 1024"}
    labels = {"d": "dimension d", "K": "components K", "N": "particles or draws N", "T": "steps T"}
    for panel, (key, curves) in zip(axes, panels.items()):
        for i, (name, x, y) in enumerate(curves):
            panel.plot(x, y, "--" if key == "K" and i >= len(KINDS) else "-", marker=style.MARKERS[i], color=style.colour(i % len(KINDS) if key == "K" else i), label=name)
        panel.set(xscale="log", yscale="log", xlabel=labels[key], title=titles[key], ylabel="ns per pair" if key in "dK" else "ns per particle and step")
    axes[0].legend()
    low, high = axes[1].get_ylim()
    axes[1].set_ylim(low, 20 * high)  # the legend's room
    axes[1].legend(ncol=2, fontsize=5.5, loc="upper center", handlelength=1.5, columnspacing=1)
    bars = sorted(threads, key=lambda curve: curve[2][-1])
    axes[4].barh(range(len(bars)), [y[-1] for _, _, y in bars], color=style.colour(5), height=0.8)
    for i, (name, _, _) in enumerate(bars):
        axes[4].text(0.02, i, name, va="center", fontsize=5)
    most = max((x[-1] for _, x, _ in threads), default=1)
    axes[4].axvline(most, color=style.FLOOR, linewidth=0.8, linestyle=":")
    axes[4].set(yticks=[], xlabel=f"speed of {most} threads over one", title="(e) threads")
    axes[5].axis("off")
    axes[5].legend(*axes[2].get_legend_handles_labels(), title="samplers of (c) and (d)", title_fontsize=7, loc="upper left", alignment="left")
    axes[5].text(0, 0.4, about.replace(", ", "\n"), va="top", fontsize=6, color=style.FLOOR, transform=axes[5].transAxes)


def main():
    folder, stem = command_line(__file__)
    panels, threads = select(folder)
    fig, axes = figure(columns=3, rows=2, width=style.PAGE, height=4.6)
    plot(axes.flat, panels, threads, machine(folder))
    save(fig, stem, [{"panel": key, "curve": name, "x": x, "y": y} for key, curves in [*panels.items(), ("threads", threads)]
                     for name, xs, ys in curves for x, y in zip(xs, ys)])


if __name__ == "__main__":
    main()
