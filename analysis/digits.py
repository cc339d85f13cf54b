"""Figure 6: the lower half of a digit from its upper half. Drawn from experiments/digits.toml."""

import numpy as np
from plumbline import bootstrap_band, command_line, figure, save, style

METRIC = "sliced_wasserstein_1"
SIDE, SHOWN = 8, 12


def select(results):
    """Title → (draws of the lower half, their error with its band), in the order of the figure."""
    draws = {"exact": ("exact posterior", ()), "replacement": ("replacement", ())}
    draws |= {f"smcdiff/{i}": (f"particle filter, N = {int(n)}", (i,))
              for i, n in enumerate(results["smcdiff"].particles.values)}
    rows = []
    for key, (title, at) in draws.items():
        label = key.split("/")[0]
        data = results[label].isel(particles=at[0]) if at else results[label]
        rows.append((title, results.group(f"samples/{label}")["x"][at], bootstrap_band(data[METRIC])))
    return rows


def plot_row(axes, title, lower, upper, error):
    """One strip of images: the given upper half above each drawn lower half, parted by a line."""
    strip = np.hstack([np.pad(np.vstack([upper, half.reshape(-1, SIDE)]), ((0, 0), (0, 1)), constant_values=np.nan)
                       for half in lower[:SHOWN]])
    axes.imshow(strip, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    axes.axhline(SIDE / 2 - 0.5, color=style.colour(1), linewidth=0.8)
    axes.set(xticks=[], yticks=[])
    axes.set_title(f"{title}: error {error[0]:.3f}" if np.isfinite(error[0]) else title)
    for spine in axes.spines.values():
        spine.set_visible(False)


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    floor, _, high = results.floor(METRIC)
    upper = results.group("problem")["y"].reshape(-1, SIDE)
    fig, axes = figure(rows=len(rows), width=style.PAGE * 0.75, height=0.72 * len(rows) + 0.3)
    for panel, (title, lower, error) in zip(axes, rows):
        plot_row(panel, title, lower, upper, error)
    fig.suptitle(f"Upper half given, lower half drawn. Error: {results['exact'][METRIC].attrs['long_name']}; "
                 f"exact draws: {floor:.3f} (95 % below {high:.3f})", fontsize=7, x=0.01, ha="left")
    save(fig, stem, [{"sampler": title, "error": float(e[0]), "low": float(e[1]), "high": float(e[2]), "floor": floor}
                     for title, _, e in rows])


if __name__ == "__main__":
    main()
