"""Figure 4: guidance of strength γ samples neither p(z | c) nor the tilted law. Drawn from experiments/guidance.toml."""

import numpy as np
from plumbline import bootstrap_band, colour, command_line, figure, save, style

METRIC = "sliced_wasserstein_1"
SHOWN = 5.0  # the strength whose draws panel (a) shows


def methods(results):
    """Label in the figure → dataset with dims (observation_gamma, gamma, replicate)."""
    guidance = results["classifier_guidance"]
    return {"cfg": results["cfg"], "classifier, noisy": guidance.sel(classifier="noisy"),
            "classifier, clean": guidance.sel(classifier="clean")}


def select(results):
    """Per method: strengths, distance to the tilted law of the same γ, distance to p(z | c)."""
    rows = []
    for name, data in methods(results).items():
        strengths = data.gamma.values
        tilted = data[METRIC].sel(observation_gamma=data.gamma.rename(gamma="case"), gamma=data.gamma.rename(gamma="case"))
        rows.append((name, strengths, bootstrap_band(tilted.transpose("case", "replicate")),
                     bootstrap_band(data[METRIC].sel(observation_gamma=1.0))))
    return rows


def plot_laws(axes, results):
    """Draws of cfg, exact draws' law p(z | c) and the tilted law at one strength, by quadrature of their formulas."""
    x = np.linspace(-3, 7, 800)
    normal = lambda m: np.exp(-((x - m) ** 2) / 2) / np.sqrt(2 * np.pi)  # noqa: E731
    weights, means = (results.group("problem/0")[key] for key in ("weights", "means"))
    components = weights[:, None] * np.array([normal(m[0]) for m in means])
    prior, inside = components.sum(axis=0), components[0]
    tilted = prior * (inside / prior) ** SHOWN
    axes.fill_between(x, inside / inside.sum() / (x[1] - x[0]), color=style.FLOOR, alpha=0.35, linewidth=0, label="p(z | c)")
    axes.plot(x, tilted / tilted.sum() / (x[1] - x[0]), color="black", label=f"tilted, γ = {SHOWN:g}")
    gamma = list(results["cfg"].gamma.values).index(SHOWN)
    draws = results.group("samples/cfg")["x"][0, gamma, :, 0]
    axes.hist(draws, bins=np.linspace(-3, 7, 31), density=True, histtype="step", color=colour(0), label=f"cfg, γ = {SHOWN:g}")
    axes.set(xlabel="z", ylabel="density", title="(a) three different laws")
    axes.set_ylim(top=1.45 * axes.get_ylim()[1])  # room for the legend
    axes.legend(loc="upper left")


def plot_distances(axes, results, rows):
    for panel, column, title in zip(axes, (2, 3), ("(b) distance to the tilted law", "(c) distance to p(z | c)")):
        style.draw_floor(panel, results.floor(METRIC, observation_gamma=1.0))
        for i, row in enumerate(rows):
            style.curve(panel, row[1], *row[column], i, row[0], dashed=i == 1)
        panel.set(xlabel="guidance strength γ", yscale="log", title=title)
        panel.set_ylabel(style.label(results["cfg"][METRIC].attrs))
    axes[0].legend()


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    fig, axes = figure(columns=3, width=style.PAGE, height=2.4)
    plot_laws(axes[0], results)
    plot_distances(axes[1:], results, rows)
    save(fig, stem, [{"method": name, "gamma": g, "to_tilted": t, "to_conditional": c}
                     for name, strengths, tilted, conditional in rows for g, t, c in zip(strengths, tilted[0], conditional[0])])


if __name__ == "__main__":
    main()
