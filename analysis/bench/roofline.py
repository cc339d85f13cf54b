"""How near the machine's limits the kernels are: operations per second over operations per byte, and the share of the least
time that each could take. From the files of ./run_experiments.sh --bench; tests/bench/roof.hpp says what is counted."""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from plumbline import figure, save, style  # noqa: E402
from rows import command_line, machine, rows_of  # noqa: E402

KINDS = ("isotropic", "diagonal", "full")


def name_of(row) -> str:
    sizes = ", ".join(f"{key} = {row[key]}" for key in ("d", "K", "N", "n") if key in row)
    words = [word for word in row["path"] if word != "growth"] if row["path"][0] == "growth" else row["path"]
    return " ".join(words).replace("components_", "").replace("_", " ") + (f", {sizes}" if sizes else "")


def select(folder):
    """The machine's limits per second, and the rows that say what share of them they reach."""
    limits = {row["path"][1]: row["per_second"] for row in rows_of(folder, "roof")}
    found = {}
    for file in sorted(folder.glob("*.json")):
        for row in rows_of(folder, file.stem) if not file.stem.endswith("_threads") else []:
            if "roof" in row:
                found[name_of(row)] = row
    return limits, sorted(found.values(), key=lambda row: row["roof"])


def plot(axes, limits, rows, about):
    left, right = axes
    points = [row for row in rows if "intensity" in row]
    reach = [row["intensity"] for row in points] or [1, 100]
    x = np.geomspace(min(0.1, min(reach) / 2), 2 * max(reach), 200)
    left.plot(x, np.minimum(limits["fma"], x * limits["triad"]) / 1e9, color="black", linewidth=1)
    left.axhline(limits["dgemm"] / 2e9, color=style.FLOOR, linewidth=0.8, linestyle=":")
    left.text(x[-1], limits["dgemm"] / 2e9, "dgemm", ha="right", va="top", fontsize=6, color=style.FLOOR)
    left.text(x[-1], limits["fma"] / 1e9, f"fma, {limits['fma'] / 1e9:.0f} G/s", ha="right", va="bottom", fontsize=6)
    left.text(2 * x[0], 2.3 * x[0] * limits["triad"] / 1e9, f"triad, {limits['triad'] / 1e9:.0f} GB/s", fontsize=6, rotation_mode="anchor",
              rotation=np.degrees(np.arctan(limits["triad"] / 1e9)), transform_rotates_text=True)
    for i, kind in enumerate((*KINDS, "")):
        mine = [row for row in points if (kind in " ".join(row["path"]) if kind else not any(k in " ".join(row["path"]) for k in KINDS))]
        if mine:
            left.scatter([row["intensity"] for row in mine], [row["operations"] / 1e9 for row in mine], s=[4 + 3 * np.log2(row.get("d", 1)) for row in mine],
                         color=style.colour(i), alpha=0.7, linewidth=0, label=kind or "others")
    left.set(xscale="log", yscale="log", xlabel="operations per byte", ylabel="$10^9$ operations per second", title="(a) kernels under the roof (larger: higher d)")
    left.legend(loc="lower right")
    names = [name_of(row) for row in rows]
    right.barh(range(len(rows)), [row["roof"] for row in rows], color=style.colour(0), height=0.7)
    right.set_yticks(range(len(rows)), names, fontsize=4.5)
    right.axvline(1, color="black", linewidth=1)
    right.set(xlim=(0, max(1.1, 1.05 * rows[-1]["roof"] if rows else 0)), ylim=(-0.7, len(rows) - 0.3), xlabel="share of the roof", title="(b) least time over time taken")
    left.figure.text(0.01, -0.02, about, fontsize=5, color=style.FLOOR)


def main():
    folder, stem = command_line(__file__)
    limits, rows = select(folder)
    fig, axes = figure(columns=2, width=style.PAGE, height=max(3.2, 0.5 + 0.075 * len(rows)))
    plot(axes, limits, rows, machine(folder))
    save(fig, stem, [{"kernel": name_of(row), "roof": row["roof"], "operations_per_second": row["operations"],
                      "operations_per_byte": row.get("intensity", "")} for row in rows])


if __name__ == "__main__":
    main()
