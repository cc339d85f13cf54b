"""Figure 11: what a twist is worth to a twisted particle filter. From experiments/twists.toml."""

import h5py
import numpy as np
from plumbline import bootstrap_band, command_line, figure, save, style

METRIC = "sliced_wasserstein_2"


def select(results):
    """Per twist: its name, particles, error of the output draws, Ẑ/p(y), ESS/N at every weight of the largest N."""
    with h5py.File(results.path, "r") as file:
        ess = {label: group["ess"][()] for label, group in file["ess"].items()}
    twisted, rows = results["twisted"], []
    cells = [(str(twist), twisted.isel(twist=i), ess["twisted"][i]) for i, twist in enumerate(twisted.twist.values)]
    cells += [("none: bootstrap", results["untwisted"], ess["untwisted"]),
              ("exact, exact kernel", results["exact kernel"], ess["exact kernel"])]
    for name, cell, path in cells:
        ratio = np.exp(cell.log_evidence_error)
        rows.append((name, cell.particles.values, bootstrap_band(cell[METRIC]), bootstrap_band(ratio), path[-1]))
    return rows


def floor_of_means(results):
    """The floor, and two standard errors to both sides of a mean over as many sets of exact draws as there are replicates."""
    sets = results.null[METRIC]
    error = 2 * float(sets.std()) / np.sqrt(results["untwisted"].sizes["replicate"])
    return float(sets.mean()), float(sets.mean()) - error, float(sets.mean()) + error


def plot(axes, results, rows):
    style.draw_floor(axes[0], floor_of_means(results))
    for i, (name, particles, error, ratio, ess) in enumerate(rows):
        style.curve(axes[0], particles, *error, i, name)
        axes[1].plot(np.arange(len(ess)), ess, color=style.colour(i), label=name)
        style.curve(axes[2], particles, *ratio, i, name)
    axes[2].axhline(1, color=style.FLOOR, linewidth=0.8, linestyle=":")
    for panel in (axes[0], axes[2]):
        panel.set(xscale="log", xlabel="particles N")
        panel.set_xticks(rows[0][1], rows[0][1])
        panel.minorticks_off()
    axes[0].set(title="(a) law of the output draws")
    axes[0].set_ylabel(style.label(results["twisted"][METRIC].attrs))
    axes[1].set(xlabel="steps done", ylabel="ESS / N", ylim=(0, 1.05), title=f"(b) weights, N = {rows[0][1][-1]}")
    axes[2].set(ylabel="mean Ẑ / p(y)", ylim=(0.75, 1.35), title="(c) evidence estimate")
    handles, names = axes[0].get_legend_handles_labels()
    axes[0].figure.legend(handles, names, loc="upper center", bbox_to_anchor=(0.5, 0), ncol=5, title="twist h(z$_t$)")


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    fig, axes = figure(columns=3, width=style.PAGE, height=2.6)
    plot(axes, results, rows)
    save(fig, stem, [{"twist": name, "particles": int(n), "error": e, "error_low": lo, "error_high": hi, "evidence_ratio": r,
                      "ratio_low": rlo, "ratio_high": rhi, "least_ess": float(np.nanmin(ess))}
                     for name, particles, error, ratio, ess in rows
                     for n, e, lo, hi, r, rlo, rhi in zip(particles, *error, *ratio)])


if __name__ == "__main__":
    main()
