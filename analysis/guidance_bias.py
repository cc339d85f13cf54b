"""Figure 17: the bias of guidance through the denoiser, against the noise of y. From experiments/guidance_bias.toml."""

import numpy as np
from plumbline import bootstrap_band, command_line, figure, save, style

METRIC = "sliced_wasserstein_2"
NAMES = {"conditional_score": "conditional score", "tmpd": "TMPD", "mmps": "MMPS", "pigdm": "ΠGDM", "dps": "DPS",
         "likelihood_at_xt": "likelihood at $x_t$"}


def select(results):
    """Per dimension and method: noise levels and the excess over the floor of the same problems, with its band."""
    rows = []
    for dim in results.null.prior_dim.values:
        for label, name in NAMES.items():
            cell = results[label].sel(prior_dim=dim)
            floor = results.null[METRIC].sel(prior_dim=dim)
            floor = floor.mean([d for d in floor.dims if d != "observation_noise"])
            excess = (cell[METRIC] - floor).transpose("observation_noise", "replicate")
            rows.append((int(dim), name, cell.observation_noise.values, bootstrap_band(excess)))
    return rows


def resolution(results, dim):
    """Two standard errors of a mean of as many sets of exact draws: what cannot be told from no excess."""
    floor = results.null[METRIC].sel(prior_dim=dim)
    spread = floor.std([d for d in floor.dims if d != "observation_noise"])
    return 2 * spread.values / np.sqrt(results["tmpd"].sizes["replicate"])


def plot(axes, results, rows):
    for panel, dim in zip(axes, sorted({row[0] for row in rows})):
        noise, least = rows[0][2], resolution(results, dim)
        panel.fill_between(noise, least, 1e-9, color=style.FLOOR, alpha=0.25, linewidth=0, label="exact draws")
        for i, name in enumerate(NAMES.values()):
            mean, low, high = next(row[3] for row in rows if row[:2] == (dim, name))
            shown = [np.maximum(v, least.min() / 3) for v in (mean, low, high)]  # the bottom is "none"
            style.curve(panel, noise, *shown, i, name)
        panel.set(xscale="log", yscale="log", ylim=(least.min() / 3, 2), xlabel="noise of y (standard deviation)", title=f"D = {dim}")
    axes[0].set_ylabel("bias: excess over the floor,\n" + style.label(results["tmpd"][METRIC].attrs).split("\n")[0])
    axes[0].figure.legend(*axes[0].get_legend_handles_labels(), loc="upper center", bbox_to_anchor=(0.5, 0), ncol=4)


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    fig, axes = figure(columns=3, width=style.PAGE, height=2.6, sharey=True)
    plot(axes, results, rows)
    save(fig, stem, [{"dimension": dim, "method": name, "noise": float(s), "mean": m, "low": lo, "high": hi}
                     for dim, name, noise, band in rows for s, m, lo, hi in zip(noise, *band)])


if __name__ == "__main__":
    main()
