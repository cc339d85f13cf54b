"""Figure 15: the particle filters of the field with the same particles on the same problem. From experiments/smc_family.toml."""

import numpy as np
from plumbline import bootstrap_band, command_line, figure, save, style

METRIC = "sliced_wasserstein_2"
NAMES = {"smcdiff": "SMCDiff", "mcgdiff": "MCGdiff", "fps_smc": "FPS-SMC",
         "smcdiffopt": "SMCDiffOpt, floor 0.05", "tds": "TDS", "doob": "exact twist and kernel"}


def select(results):
    """Per method: its name, particles, error of the output draws, Ẑ/p(y) or None, and the mean of its least ESS/N."""
    rows = []
    for label, name in NAMES.items():
        cell = results[label]
        ratio = np.exp(cell.log_evidence_error) if label != "fps_smc" else None
        rows.append((name, cell.particles.values, bootstrap_band(cell[METRIC]),
                     bootstrap_band(ratio) if ratio is not None else None, cell.ess_min.mean("replicate").values))
    return rows


def plot(axes, results, rows):
    style.draw_floor(axes[0], results.floor(METRIC))
    for i, (name, particles, error, ratio, ess) in enumerate(rows):
        style.curve(axes[0], particles, *error, i, name)
        axes[1].plot(particles, ess, marker=style.MARKERS[i], color=style.colour(i), label=name)
        if ratio is not None:
            style.curve(axes[2], particles, *ratio, i, name)
    axes[2].axhline(1, color=style.FLOOR, linewidth=0.8, linestyle=":")
    for panel in axes:
        panel.set(xscale="log", xlabel="particles N")
        panel.set_xticks(rows[0][1], rows[0][1])
        panel.minorticks_off()
    axes[0].set(yscale="log", title="(a) law of the output draws")
    axes[0].set_ylabel(style.label(results["mcgdiff"][METRIC].attrs))
    axes[1].set(ylabel="least ESS / N", ylim=(0, 1.05), title="(b) weights")
    axes[2].set(ylabel="mean Ẑ / p(y)", ylim=(0, 2), title="(c) evidence estimate")
    handles, names = axes[0].get_legend_handles_labels()
    axes[0].figure.legend(handles, names, loc="upper center", bbox_to_anchor=(0.5, 0), ncol=4)


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    fig, axes = figure(columns=3, width=style.PAGE, height=2.6)
    plot(axes, results, rows)
    save(fig, stem, [{"method": name, "particles": int(n), "error": e, "error_low": lo, "error_high": hi, "least_ess": least,
                      "evidence_ratio": ratio[0][j] if ratio else ""}
                     for name, particles, error, ratio, ess in rows
                     for j, (n, e, lo, hi, least) in enumerate(zip(particles, *error, ess))])


if __name__ == "__main__":
    main()
