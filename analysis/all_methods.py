"""Figure 16: every method on three problems of rising difficulty, excess error against score evaluations. From
experiments/all_methods.toml. A method more is a line more in METHODS."""

import numpy as np
from plumbline import bootstrap_band, command_line, figure, save, style

METRIC = "sliced_wasserstein_2"
PROBLEMS = {1: "Gaussian, D = 2", 3: "K = 3, D = 2", 10: "K = 10, D = 10"}
METHODS = {  # family → label in the sweep → name in the figure
    "replacement": {"replacement": "replacement", "langevin_replacement": "Langevin-replacement", "repaint": "RePaint",
                    "pc": "predictor–corrector"},
    "guidance": {"conditional_score": "exact conditional score", "dps": "DPS", "pigdm": "ΠGDM", "tmpd": "TMPD",
                 "mmps": "MMPS", "fps": "FPS"},
    "particle filters": {"smcdiff": "SMCDiff", "mcgdiff": "MCGdiff", "fps_smc": "FPS-SMC", "smcdiffopt": "SMCDiffOpt",
                         "tds": "TDS", "doob": "exact twist and kernel"},
    "Markov chains": {"langevin": "Langevin", "annealed_langevin": "annealed Langevin", "particle_gibbs": "particle Gibbs",
                      "pmmh": "PMMH"},
}


def select(results):
    """Per problem, family and method: score evaluations of a draw and the excess over the floor, with its band."""
    rows = []
    for components in PROBLEMS:
        floor = float(results.null[METRIC].sel(prior_components=components).mean())
        for family, methods in METHODS.items():
            for label, name in methods.items():
                cell = results[label].sel(prior_components=components)
                budget = next(d for d in cell[METRIC].dims if d != "replicate")
                excess = (cell[METRIC] - floor).transpose(budget, "replicate")
                cost = cell["score_evaluations"].mean("replicate").values
                rows.append((components, family, name, cost, bootstrap_band(excess)))
    return rows


def resolution(results, components):
    """Two standard errors of the mean over as many sets of exact draws: what cannot be told from no excess."""
    spread = float(results.null[METRIC].sel(prior_components=components).std())
    return 2 * spread / np.sqrt(results["replacement"].sizes["replicate"])


def plot(axes, results, rows):
    for line, (components, problem) in zip(axes, PROBLEMS.items()):
        least = resolution(results, components)
        for panel, (family, methods) in zip(line, METHODS.items()):
            panel.axhspan(least / 3, least, color=style.FLOOR, alpha=0.25, linewidth=0, label="exact draws")
            for i, name in enumerate(methods.values()):
                cost, band = next(row[3:] for row in rows if row[:3] == (components, family, name))
                style.curve(panel, cost, *[np.maximum(v, least / 3) for v in band], i, name)  # the bottom is "none"
            panel.set(xscale="log", yscale="log", xlim=(8, 5e3), ylim=(least / 3, 1.5))
        line[0].set_ylabel(problem + "\nexcess error")
    for top, bottom, family in zip(axes[0], axes[-1], METHODS):
        top.set_title(family)
        bottom.set_xlabel("score evaluations")
        bottom.legend(loc="upper center", bbox_to_anchor=(0.5, -0.35))


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    fig, axes = figure(columns=len(METHODS), rows=len(PROBLEMS), width=style.PAGE, height=5.4, sharex=True, sharey="row")
    plot(axes, results, rows)
    save(fig, stem, [{"components": components, "family": family, "method": name, "evaluations_per_draw": n, "mean": m, "low": lo,
                      "high": hi}
                     for components, family, name, cost, band in rows for n, m, lo, hi in zip(cost, *band)])


if __name__ == "__main__":
    main()
