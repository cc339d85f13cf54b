"""Particle MCMC is exact at few particles: moves instead of particles. Drawn from experiments/particle_mcmc.toml."""

from plumbline import bootstrap_band, command_line, figure, save, style

METRIC = "sliced_wasserstein_2"


def select_error(results):
    """Per curve of panel (a): name, what grows, evaluations per draw, error with its band."""
    def curve(name, data, budget):
        cost = data.score_evaluations.mean("replicate").values
        return name, data[budget].values, cost, bootstrap_band(data[METRIC])

    curves = [curve("SMCDiff, N grows", results["smc"], "particles")]
    gibbs, pmmh = results["gibbs"], results["pmmh"]
    curves += [curve(f"particle Gibbs, N = {n}", gibbs.sel(particles=n), "burn_in") for n in gibbs.particles.values]
    curves += [curve(f"pmmh, N = 8, δ = {d:g}", pmmh.sel(delta=d), "burn_in") for d in pmmh.delta.values]
    return curves


def select_chains(results):
    """Per curve of panels (b) to (d): name, N, acceptance, autocorrelation time, evaluations per effective draw."""
    draws = float(results.attributes["draws"])
    gibbs, pmmh = results["gibbs_chains"], results["pmmh_chains"]
    cells = [("particle Gibbs", gibbs)] + [(f"pmmh, δ = {d:g}", pmmh.sel(delta=d)) for d in pmmh.delta.values]
    return [(name, data.particles.values, bootstrap_band(data.acceptance), bootstrap_band(data.autocorrelation_time),
             bootstrap_band(data.score_evaluations * draws / data.effective_draws)) for name, data in cells]


def plot(axes, results, errors, chains):
    style.draw_floor(axes[0], results.floor(METRIC))
    for i, (name, _, cost, band) in enumerate(errors):
        style.curve(axes[0], cost, *band, i, name)
    axes[0].set(xscale="log", yscale="log", xlabel="score evaluations per draw", title="(a) error against cost", xlim=(None, 2e4))
    axes[0].set_ylabel(style.label(results["smc"][METRIC].attrs))
    axes[0].legend(loc="upper right")
    panels = [("(b) acceptance", "share of moves accepted"), ("(c) autocorrelation", "draws per independent draw"),
              ("(d) price", "score evaluations\nper independent draw")]
    for panel, (title, text) in enumerate(panels):
        for i, (name, particles, *bands) in enumerate(chains):
            style.curve(axes[1 + panel], particles, *bands[panel], i + 1, name)
        axes[1 + panel].set_xscale("log", base=2)
        axes[1 + panel].set(xlabel="particles N", title=title, ylabel=text)
    axes[1].set_ylim(0, 1.02)
    axes[2].set_ylim(1, None)
    axes[3].set_yscale("log")
    axes[3].legend()


def main():
    results, stem = command_line(__file__)
    errors, chains = select_error(results), select_chains(results)
    fig, axes = figure(columns=2, rows=2, width=style.PAGE, height=4.4)
    plot(axes.flat, results, errors, chains)
    save(fig, stem, [{"curve": name, "budget": int(b), "score_evaluations": c, "mean": m, "low": lo, "high": hi}
                     for name, budget, cost, band in errors for b, c, m, lo, hi in zip(budget, cost, *band)] +
         [{"curve": name, "particles": int(n), "acceptance": a, "autocorrelation_time": t, "evaluations_per_independent_draw": e}
          for name, particles, *bands in chains for n, a, t, e in zip(particles, *(band[0] for band in bands))])


if __name__ == "__main__":
    main()
