"""Figure 14: the probability of a rare event by Doob's transform; what is left is the integrator. From experiments/rare_event.toml."""

import numpy as np
from plumbline import bootstrap_band, command_line, figure, fit_slope, save, style


def select(results):
    """Per integrator, threshold and resampling: steps, bias and coefficient of variation of p̂ over its seeds."""
    em, rest, exact = results["em"], results["exponential"], results["exact"]
    cells = [(f"Euler–Maruyama, {name}", em.sel(grid=grid)) for grid, name in (("uniform", "t"), ("log_snr", "log-SNR"))]
    cells += [(name, cell if "ess_threshold" in cell.dims else cell.expand_dims(ess_threshold=[0.0]))
              for name, cell in (("exponential, log-SNR", rest), ("exact kernel", exact))]
    rows = []
    for name, cell in cells:
        for threshold in cell.observation_threshold.values:
            for resample in cell.ess_threshold.values:
                ratio = np.exp(cell.sel(observation_threshold=threshold, ess_threshold=resample).log_evidence_error)
                ratio = ratio.transpose("steps", "replicate")
                spread = (ratio.std("replicate", ddof=1) / ratio.mean("replicate")).values
                bias = [np.log(edge) for edge in bootstrap_band(ratio)]
                rows.append((name, float(threshold), float(resample), ratio.steps.values, bias, spread))
    return rows


def plot(axes, rows):
    names = list(dict.fromkeys(row[0] for row in rows))
    thresholds = sorted({row[1] for row in rows})
    for name, threshold, resample, steps, (bias, low, high), spread in rows:
        i = names.index(name)
        size = np.abs(bias)
        if resample == 0:
            slope, se = fit_slope(steps, size)
            text = name if name == "exact kernel" else f"{name}: slope {slope:.2f} ± {se:.2f}"
            nearest = np.where(np.sign(low) == np.sign(high), np.minimum(np.abs(low), np.abs(high)), size / 3)  # of 0: no log
            style.curve(axes[thresholds.index(threshold)], steps, size, nearest, np.maximum(np.abs(low), np.abs(high)), i, text)
        if threshold == thresholds[-1] and name != "exact kernel":
            text = f"{name}: {'ESS < N/2' if resample else 'never'}"
            axes[2].plot(steps, spread, "--" if resample else "-", marker=style.MARKERS[i], color=style.colour(i), label=text)
    for panel, threshold, letter in zip(axes, thresholds, "ab"):
        panel.set(title=f"({letter}) event x$_1$ ≥ {threshold:g}", ylabel="|log mean p̂/p|")
    axes[2].set(title=f"(c) resampling, x$_1$ ≥ {thresholds[-1]:g}", ylabel="coefficient of variation of p̂")
    for panel in axes:
        panel.set(xscale="log", yscale="log", xlabel="steps")
        panel.set_xticks(rows[0][3], rows[0][3])
        panel.minorticks_off()
        panel.legend(fontsize=5.5, loc="upper center", bbox_to_anchor=(0.5, -0.26))


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    fig, axes = figure(columns=3, width=style.PAGE, height=2.6)
    plot(axes, rows)
    save(fig, stem, [{"integrator": name, "threshold": threshold, "ess_threshold": resample, "steps": int(n), "bias": b,
                      "bias_low": lo, "bias_high": hi, "cv": cv}
                     for name, threshold, resample, steps, band, spread in rows
                     for n, b, lo, hi, cv in zip(steps, *band, spread)])


if __name__ == "__main__":
    main()
