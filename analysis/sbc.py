"""Figure 7: simulation-based calibration of whole methods. Drawn from experiments/sbc.toml."""

from plumbline import command_line, ecdf, figure, save, style, uniform_band

# What is ranked; the first two know nothing of y, so draws of the prior pass them.
PANELS = {"rank_coordinate": "(a) coordinate x\nknows no y", "rank_log_density": "(b) prior density log p(x)\nknows no y",
          "rank_log_likelihood": "(c) likelihood log p(y | x)\ndepends on y",
          "hpd_coverage": "(d) density −log p(x | y)\ndepends on y", "expected_coverage": "(e) |x − r|, r ~ p(x | y)\ndepends on y"}
NAMES = {"exact": "exact posterior", "prior": "prior (ignores y)", "replacement": "replacement", "smcdiff": "SMCDiff, N = 64"}


def select(results, quantity, levels):
    return [(label, ecdf.differences(data[quantity].values, levels)) for label, data in ecdf.in_order(results, NAMES)]


def plot(curves, levels, low, high):
    fig, axes = figure(columns=len(PANELS), width=style.PAGE, height=2.5, sharey=True)
    for panel, (quantity, title) in zip(axes, PANELS.items()):
        ecdf.draw(panel, levels, low, high, [(NAMES.get(label, label), c) for label, c in curves[quantity]])
        panel.set_title(title, fontsize=7)
    axes[0].set_ylabel("F(u) − u")
    axes[len(PANELS) // 2].set_xlabel("rank u of z* among the draws (above 0: it ranks low too often)")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="lower center", bbox_to_anchor=(0.5, -0.13), ncol=5)
    return fig


def main():
    results, stem = command_line(__file__)
    levels, low, high = uniform_band(results["exact"].sizes["replicate"])
    curves = {quantity: select(results, quantity, levels) for quantity in PANELS}
    save(plot(curves, levels, low, high), stem,
         [row for quantity in PANELS for row in ecdf.rows(levels, low, high, curves[quantity], quantity=quantity)])


if __name__ == "__main__":
    main()
