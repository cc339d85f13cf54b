"""Figure 2: Langevin corrections repair replacement, at L times the cost. Drawn from experiments/langevin_correction.toml."""

from plumbline import bootstrap_band, command_line, figure, save, style

METRIC = "sliced_wasserstein_1"


def select(results):
    """One row per context and Langevin step: corrections, cost per draw, error with its band."""
    rows = []
    data = results["langevin"]
    for step in data.langevin_step.values:
        for context in data.context.values:
            cell = data.sel(langevin_step=step, context=context)
            cost = cell.score_evaluations.mean("replicate").values
            rows.append((str(context), float(step), cell.langevin_steps.values, cost, bootstrap_band(cell[METRIC])))
    return rows


def plot(axes, results, rows, against_cost):
    style.draw_floor(axes, results.floor(METRIC))
    contexts, steps = (list(dict.fromkeys(row[i] for row in rows)) for i in (0, 1))
    for context, step, corrections, cost, band in rows:
        style.curve(axes, cost if against_cost else corrections, *band, contexts.index(context),
                    f"{context}, ε = {step:g}", dashed=steps.index(step) > 0)
    axes.set(yscale="log")
    axes.set_ylabel(style.label(results["langevin"][METRIC].attrs))
    if against_cost:
        axes.set(xscale="log", xlabel="score evaluations per draw", title="(b) error against cost")
    else:
        axes.set_xscale("symlog", linthresh=1)
        axes.set(xlabel="Langevin corrections per level L", title="(a) error against corrections", xlim=(-0.1, None))


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    fig, panels = figure(columns=2, width=style.PAGE, height=2.9, sharey=True)
    for panel, against_cost in zip(panels, (False, True)):
        plot(panel, results, rows, against_cost)
    panels[1].set_ylabel("")
    fig.legend(*panels[0].get_legend_handles_labels(), loc="lower center",
               ncol=4, bbox_to_anchor=(0.5, -0.14))
    save(fig, stem, [{"context": context, "langevin_step": step, "corrections": int(n), "score_evaluations": c, "mean": m,
                      "low": lo, "high": hi}
                     for context, step, corrections, cost, band in rows for n, c, m, lo, hi in zip(corrections, cost, *band)])


if __name__ == "__main__":
    main()
