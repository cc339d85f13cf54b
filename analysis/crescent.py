"""Figure 12: who follows a posterior that a nonlinear observation has bent? From experiments/crescent.toml."""

import tomllib

import h5py
import numpy as np
from plumbline import bootstrap_band, command_line, figure, save, style

METRIC = "sliced_wasserstein_1"
TITLES = {"exact": "exact draws", "waltz": "waltz", "dps": "dps", "tds": "tds"}


def select(results):
    """Per sampler and y: the kept draws and their error with its band, at the finest budget where there are several."""
    rows = []
    for label in (label for label in TITLES if label in results.samplers):
        values, draws = results[label][METRIC], results.group(f"samples/{label}")["x"]
        for budget in set(values.dims) - {"observation_y", "replicate"}:
            values, draws = values.isel({budget: -1}), draws[:, -1]
        rows += [(label, float(y), draws[i].reshape(-1, 2), bootstrap_band(values.isel(observation_y=i)))
                 for i, y in enumerate(values.observation_y.values)]
    return rows


def posterior(results, point: int, z):
    """The exact density at z [n, 2], up to its evidence: the stored prior times N(y; z_2/c + (z_1² + c²)/2, xi)."""
    prior = results.group(f"problem/{point}")
    with h5py.File(results.path, "r") as file:
        o = tomllib.loads("o = " + str(file[f"problem/{point}"].attrs["observation"]))["o"]
    away = z[:, None, :] - prior["means"]
    inverse = np.linalg.inv(prior["covariances"])
    square = np.einsum("nki,kij,nkj->nk", away, inverse, away)
    density = (prior["weights"] * np.sqrt(np.linalg.det(inverse)) * np.exp(-square / 2)).sum(axis=1)
    residual = o["y"] - z[:, 1] / o["c"] - (z[:, 0] ** 2 + o["c"] ** 2) / 2
    return density * np.exp(-residual ** 2 / (2 * o["xi"]))


def plot(axes, results, rows):
    ys = sorted({y for _, y, _, _ in rows})
    grid = np.linspace(-4, 4, 161)
    points = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    labels = list(dict.fromkeys(label for label, *_ in rows))
    for label, y, x, error in rows:
        panel = axes[ys.index(y), labels.index(label)]
        density = posterior(results, ys.index(y), points)
        mass = np.sort(density)[::-1].cumsum() / density.sum()  # contours that hold 99, 90 and 50 % of the posterior
        levels = [np.sort(density)[::-1][np.searchsorted(mass, share)] for share in (0.99, 0.9, 0.5)]
        panel.plot(*x.T, ".", color=style.colour(labels.index(label)), markersize=1.6, alpha=0.5, markeredgewidth=0)
        panel.contour(grid, grid, density.reshape(161, 161), levels=levels, colors="black", linewidths=0.5)
        panel.set(xlim=(-4, 4), ylim=(-4, 4), aspect="equal", xticks=[-3, 0, 3], yticks=[-3, 0, 3])
        note = f"floor {results.floor(METRIC, observation_y=y)[0]:.3f}" if label == "exact" else f"error {error[0]:.3f}"
        panel.set_title(f"{TITLES[label]}, y = {y:g}: {note}", fontsize=6.5)
        panel.label_outer()


def main():
    results, stem = command_line(__file__)
    rows = select(results)
    count = len({y for _, y, _, _ in rows})
    fig, axes = figure(rows=count, columns=len(rows) // count, width=style.PAGE, height=1.85 * count, squeeze=False)
    plot(axes, results, rows)
    fig.supxlabel("$z_1$", fontsize=8)
    fig.supylabel("$z_2$", fontsize=8)
    save(fig, stem, [{"sampler": label, "y": y, "error": float(e[0]), "low": float(e[1]), "high": float(e[2]),
                      "floor": results.floor(METRIC, observation_y=y)[0]} for label, y, _, e in rows])


if __name__ == "__main__":
    main()
