"""Random numbers and distances between samples."""

import numpy as np

from .timing import Row, close, module, same_law

CLOUD = {"weights": np.ones(3), "variances": np.array([1.0, 0.5, 2.0])}


def cloud(d: int) -> dict:
    return {**CLOUD, "means": 2 * np.random.default_rng(3).standard_normal((3, d))}


def normals_row() -> Row:
    n, d = 4096, 100

    def torch_normals():
        torch = module("torch")
        return lambda seed: torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).numpy()

    def jax_normals():
        jax = module("jax")
        draw = jax.jit(lambda key: jax.random.normal(key, (n, d)))
        return lambda seed: jax.block_until_ready(draw(jax.random.PRNGKey(seed)))

    def check(ours, theirs):
        same_law(ours(1)[:, None], np.asarray(theirs(1)).reshape(-1, 1), "the normals")

    return Row("normals", n * d, "number", lambda driver: driver.work(f"normals {n} {d}"),
               {"numpy": lambda: (lambda seed: np.random.default_rng(seed).standard_normal((n, d))), "torch": torch_normals, "JAX": jax_normals}, check)


class Samples:
    """Draws x, and the exact ones y that plumbline's metric of seed 1 compares them with."""

    def __init__(self, n: int, d: int, work: str, directions: int = 0):
        self.n, self.d, self.work, self.count = n, d, work, directions
        rng = np.random.default_rng(4)
        self.x = cloud(d)["means"][rng.integers(0, 3, n)] + 1.1 * rng.standard_normal((n, d))

    def setup(self, driver):
        driver.problem(cloud(self.d))
        driver.points(x=self.x)
        self.y = driver.reference(self.n).reshape(self.n, self.d)
        if self.count:
            self.directions = driver.directions(self.count).reshape(self.count, self.d)
        driver.work(self.work)

    @staticmethod
    def check(ours, theirs):
        close(ours(1)[:1], [theirs(1)], 1e-9, "the distance")


def sliced_row(n: int, directions: int) -> Row:
    samples = Samples(n, 10, f'metric sliced_wasserstein_2 {{ projections = {directions}, against = "draws" }}', directions)

    def pot():
        distance = module("ot").sliced_wasserstein_distance
        return lambda _: distance(samples.x, samples.y, projections=samples.directions.T.copy())

    def by_sort():
        def once(_):
            a, b = (np.sort(samples.directions @ v.T, axis=1) for v in (samples.x, samples.y))
            return np.sqrt(((a - b) ** 2).mean())
        return once

    return Row(f"sliced W2, {directions} directions, n = {n:.0e}, d = 10".replace("e+0", "e"), directions, "direction", samples.setup,
               {"POT": pot, "numpy sort": by_sort}, samples.check)


def exact_row(n: int) -> Row:
    samples = Samples(n, 10, f"metric wasserstein_2 {{ subsample = {n} }}")

    def scipy_assignment():
        solve, cdist = module("scipy.optimize").linear_sum_assignment, module("scipy.spatial.distance").cdist

        def once(_):
            cost = cdist(samples.x, samples.y, "sqeuclidean")
            return np.sqrt(cost[solve(cost)].mean())
        return once

    def pot():
        ot = module("ot")
        return lambda _: np.sqrt(ot.emd2([], [], ot.dist(samples.x, samples.y), numItermax=10 ** 7))

    return Row(f"exact W2, n = {n}", 1, "distance", samples.setup, {"scipy": scipy_assignment, "POT": pot}, samples.check)


def energy_row(n: int) -> Row:
    samples = Samples(n, 10, f'metric energy_distance {{ reference = {n}, against = "draws" }}')

    def unbiased(across, within_x, within_y):
        return 2 * across / n ** 2 - (within_x + within_y) / (n * (n - 1))

    def scipy_distances():
        distance = module("scipy.spatial.distance")

        def once(_):
            return unbiased(distance.cdist(samples.x, samples.y).sum(), 2 * distance.pdist(samples.x).sum(), 2 * distance.pdist(samples.y).sum())
        return once

    def torch_distances(mode):
        torch = module("torch")
        x, y = torch.from_numpy(samples.x), torch.from_numpy(samples.y)

        def total(a, b):
            return float(torch.cdist(a, b, compute_mode=mode).sum())
        return lambda _: unbiased(total(x, y), total(x, x), total(y, y))

    return Row(f"energy distance, n = {n}, d = 10", n * n * 3, "pair of draws", samples.setup,
               {"scipy": scipy_distances, "torch": lambda: torch_distances("donot_use_mm_for_euclid_dist"),
                "torch, products": lambda: torch_distances("use_mm_for_euclid_dist")}, samples.check)


def rows(quick: bool) -> list[Row]:
    if quick:
        return [normals_row(), sliced_row(10000, 20), exact_row(500), energy_row(2000)]
    return [normals_row(), sliced_row(100000, 100), exact_row(2000), exact_row(10000), energy_row(2000), energy_row(10000)]


