"""Figure 3: SMCDiff approaches the posterior as particles grow; its evidence is unbiased. From experiments/smc.toml."""

import numpy as np
from plumbline import bootstrap_band, command_line, figure, fit_slope, save, style

METRIC = "sliced_wasserstein_1"


def select(results):
    """Per kernel: particles, error of the output draws, mean of Ẑ/p(y), relative spread of one run's Ẑ."""
    rows = []
    runs = float(results.attributes["draws"])
    for kernel in results["smc"].kernel.values:
        cell = results["smc"].sel(kernel=kernel)
        ratio = np.exp(cell.log_evidence_error)
        # log_evidence_se is the relative standard error of the mean over `runs` independent filters.
        spread = cell.log_evidence_se * np.sqrt(runs)
        rows.append((str(kernel), cell.particles.values, bootstrap_band(cell[METRIC]), bootstrap_band(ratio),
                     bootstrap_band(spread)))
    return rows


def plot(axes, results, rows):
    style.draw_floor(axes[0], results.floor(METRIC))
    for i, (kernel, particles, error, ratio, spread) in enumerate(rows):
        late = particles >= min(particles[-1] / 8, particles[-3])  # a power law holds in the end, if at all
        slope, se = fit_slope(particles[late], spread[0][late])
        style.curve(axes[0], particles, *error, i, f"kernel {kernel}")
        style.curve(axes[1], particles, *ratio, i, f"kernel {kernel}")
        style.curve(axes[2], particles, *spread, i, f"{kernel}: N$^{{{slope:.2f} ± {se:.2f}}}$, N ≥ {particles[late][0]:.0f}")
    particles = rows[0][1]
    axes[1].axhline(1, color=style.FLOOR, linewidth=0.8, linestyle=":", label="unbiased for p(y)")
    axes[2].plot(particles, 2 * rows[-1][4][0][-1] * (particles / particles[-1]) ** -0.5, ":", color="black", label="N$^{-1/2}$")
    axes[0].set(yscale="log", title="(a) law of the output draws")
    axes[0].set_ylabel(style.label(results["smc"][METRIC].attrs))
    axes[1].set(title="(b) mean of the evidence estimate", ylabel="mean Ẑ / p(y)")
    axes[2].set(yscale="log", title="(c) spread of the estimate", ylabel="relative sd of one run's Ẑ")
    for panel in axes:
        panel.set(xscale="log", xlabel="particles N")
        panel.legend()
    axes[2].set_ylim(top=20 * axes[2].get_ylim()[1])  # room for the legend


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    fig, axes = figure(columns=3, width=style.PAGE, height=2.4)
    plot(axes, results, rows)
    save(fig, stem, [{"kernel": kernel, "particles": int(n), "error": e, "error_low": lo, "error_high": hi, "evidence_ratio": r,
                      "ratio_low": rlo, "ratio_high": rhi, "spread": s}
                     for kernel, particles, error, ratio, spread in rows
                     for n, e, lo, hi, r, rlo, rhi, s in zip(particles, *error, *ratio, spread[0])])


if __name__ == "__main__":
    main()
