"""Particle filters on the same grid: smcdiff on a noised path of y, the twisted filter, and resampling by itself."""

import numpy as np

from .samplers import A, GRID, HORIZON, LINEAR, NOISE, Y, levels, score, score_fused, softmax_numpy
from .timing import Row, module, same_law

SEEN = 0.5  # the second coordinate, of smcdiff
SETS = 24   # runs whose numbers are compared


def systematic(xp, weights, u):
    n = weights.shape[0]
    return xp.minimum(xp.searchsorted(xp.cumsum(weights), (xp.arange(n) + u) / n), n - 1)


def path(rng, steps):
    """y at every time of the grid, T first: the noising of SEEN."""
    dt, y = HORIZON / steps, [SEEN]
    for _ in range(steps):
        y.append(np.exp(-dt) * y[-1] + np.sqrt(-np.expm1(-2 * dt)) * rng.standard_normal())
    return np.array(y[::-1])


def smcdiff_jax(n, steps):
    jax, jnp = module("jax"), module("jax.numpy")
    level = tuple(jnp.asarray(v) for v in levels(steps).values())
    means = jnp.asarray(GRID["means"])

    @jax.jit
    def run(key, y):
        first, rest = jax.random.split(key)

        def step(x, now):
            (a, v, ratio, beta), (y_t, y_s), k = now
            k_u, k_x = jax.random.split(k)
            z = jnp.stack([x, jnp.full(n, y_t)], 1)
            mean = (z + beta * score_fused(jax.nn.softmax, means, z, a, v)) / ratio
            w = jax.nn.softmax(-0.5 * (y_s - mean[:, 1]) ** 2 / beta)
            chosen = systematic(jnp, w, jax.random.uniform(k_u))
            return mean[chosen, 0] + jnp.sqrt(beta) * jax.random.normal(k_x, (n,)), None
        return jax.lax.scan(step, jax.random.normal(first, (n,)), (level, (y[:-1], y[1:]), jax.random.split(rest, steps)))[0]

    def once(seed):
        y = jnp.asarray(path(np.random.default_rng(seed), steps))
        return np.asarray(run(jax.random.PRNGKey(seed), y))
    return once


def smcdiff_particles(n, steps):
    particles = module("particles")
    level = list(zip(*levels(steps).values()))

    class Filter(particles.FeynmanKac):
        """Weights of a move before it: p(y_s | x_t, y_t)."""

        def __init__(self, seed):
            super().__init__(T=steps + 1)
            self.rng = np.random.default_rng(seed)
            self.y = path(self.rng, steps)

        def M0(self, N):
            return self.place(0, self.rng.standard_normal(N))

        def M(self, t, xp):
            mean, _ = xp[:, 0], xp[:, 1]
            return self.place(t, mean + np.sqrt(level[t - 1][3]) * self.rng.standard_normal(len(xp)))

        def place(self, t, x):
            """Where a move from here goes: its mean of x and of y, and x itself."""
            if t == steps:
                return np.stack([x, np.zeros_like(x), x], 1)
            a, v, ratio, beta = level[t]
            z = np.stack([x, np.full_like(x, self.y[t])], 1)
            mean = (z + beta * score(softmax_numpy, GRID["means"], z, a, v)) / ratio
            return np.stack([mean[:, 0], mean[:, 1], x], 1)

        def logG(self, t, xp, x):
            if t == steps:
                return np.zeros(len(x))
            return -0.5 * (self.y[t + 1] - x[:, 1]) ** 2 / level[t][3]

    def once(seed):
        np.random.seed(seed)
        run = particles.SMC(fk=Filter(seed), N=n, resampling="systematic", ESSrmin=1.0)
        run.run()
        return run.X[:, 2]
    return once


def twist(field, log, seen, z, a, v):
    """log N(y; A ẑ_0, u A Aᵀ + Γ) with u = v/(v + a²), and the score."""
    g = field(z, a, v)
    variance = v / (a * a + v) * float(A @ A) + NOISE
    misfit = Y - (z + v * g) / a @ seen
    return -0.5 * (misfit ** 2 / variance + log(2 * np.pi * variance)), g


def tds_jax(n, steps):
    jax, jnp = module("jax"), module("jax.numpy")
    a, v, ratio, beta = (jnp.asarray(x) for x in levels(steps).values())
    means, seen = jnp.asarray(GRID["means"]), jnp.asarray(A)

    def field(x, a_t, v_t):
        return score_fused(jax.nn.softmax, means, x, a_t, v_t)

    def place(z, a_t, v_t):
        def total(x):
            log_h, g = twist(field, jnp.log, seen, x, a_t, v_t)
            return log_h.sum(), (log_h, g)
        slope, (log_h, g) = jax.grad(total, has_aux=True)(z)
        return log_h, g, slope

    @jax.jit
    def run(key):
        first, rest = jax.random.split(key)
        z = jax.random.normal(first, (n, 2))
        log_h, g, slope = place(z, a[0], v[0])
        log_w = log_h
        final = jnp.arange(steps) == steps - 1

        def step(carry, now):
            z, log_h, g, slope, log_w, log_z = carry
            ratio_t, beta_t, a_s, v_s, last, k = now
            k_u, k_x = jax.random.split(k)
            log_z = log_z + jax.nn.logsumexp(log_w) - jnp.log(n)
            chosen = systematic(jnp, jax.nn.softmax(log_w), jax.random.uniform(k_u))
            z, log_h, g, slope = z[chosen], log_h[chosen], g[chosen], slope[chosen]
            mean, shift = (z + beta_t * g) / ratio_t, beta_t * slope / ratio_t
            z = mean + shift + jnp.sqrt(beta_t) * jax.random.normal(k_x, z.shape)
            ratio_of = (0.5 * (shift ** 2) - (z - mean) * shift).sum(-1) / beta_t
            h_s, g_s, slope_s = place(z, a_s, v_s)
            h_s = jnp.where(last, -0.5 * ((Y - z @ seen) ** 2 / NOISE + jnp.log(2 * jnp.pi * NOISE)), h_s)
            return (z, h_s, g_s, slope_s, ratio_of + h_s - log_h, log_z), None
        # at s = 0 the twist is the likelihood; a level that is never used stands in its place
        after = (ratio, beta, jnp.append(a[1:], a[-1]), jnp.append(v[1:], v[-1]), final, jax.random.split(rest, steps))
        z, _, _, _, log_w, log_z = jax.lax.scan(step, (z, log_h, g, slope, log_w, 0.0), after)[0]
        return z, log_w, log_z + jax.nn.logsumexp(log_w) - jnp.log(n)

    def once(seed):
        z, log_w, log_z = run(jax.random.PRNGKey(seed))
        return np.asarray(z), np.asarray(log_w), float(log_z)
    return once


def tds_torch(n, steps):
    torch = module("torch")
    level = {key: value.tolist() for key, value in levels(steps).items()}
    means, seen = torch.from_numpy(GRID["means"]), torch.from_numpy(A)

    def field(z, a, v):
        return score(lambda q: torch.softmax(q, 1), means, z, a, v)

    def place(z, a, v):
        z = z.detach().requires_grad_()
        log_h, g = twist(field, np.log, seen, z, a, v)
        slope = torch.autograd.grad(log_h.sum(), z)[0]
        return log_h.detach(), g.detach(), slope

    def once(seed):
        generator = torch.Generator().manual_seed(seed)
        z = torch.randn(n, 2, generator=generator, dtype=torch.float64)
        a, v, ratio, beta = level.values()
        log_h, g, slope = place(z, a[0], v[0])
        log_w, log_z = log_h, 0.0
        for i in range(steps):
            log_z += float(torch.logsumexp(log_w, 0)) - np.log(n)
            u = torch.rand(1, generator=generator, dtype=torch.float64)
            chosen = torch.searchsorted(torch.cumsum(torch.softmax(log_w, 0), 0), (torch.arange(n) + u) / n).clamp(max=n - 1)
            z, log_h, g, slope = z[chosen], log_h[chosen], g[chosen], slope[chosen]
            mean, shift = (z + beta[i] * g) / ratio[i], beta[i] * slope / ratio[i]
            z = mean + shift + beta[i] ** 0.5 * torch.randn(n, 2, generator=generator, dtype=torch.float64)
            moved = (0.5 * shift ** 2 - (z - mean) * shift).sum(-1) / beta[i]
            before = log_h
            if i + 1 < steps:
                log_h, g, slope = place(z, a[i + 1], v[i + 1])
            else:
                log_h = -0.5 * ((Y - z @ seen) ** 2 / NOISE + np.log(2 * np.pi * NOISE))
            log_w = moved + log_h - before
        return z.numpy(), log_w.numpy(), log_z + float(torch.logsumexp(log_w, 0)) - np.log(n)
    return once


def resampling_row(n: int) -> Row:
    weights = np.random.default_rng(5).standard_normal(n) ** 2
    w = weights / weights.sum()

    def setup(driver):
        driver.points(w=w)
        driver.work("resample")

    def check(ours, theirs):
        for name, chosen in (("plumbline's", ours(1)), ("the peer's", theirs(1))):
            copies = np.bincount(np.asarray(chosen).astype(int), minlength=n)
            assert np.all(np.abs(copies - n * w) < 1 + 1e-6 * n), f"{name} copies are not within 1 of N W"

    def particles():
        choose = module("particles.resampling").systematic
        return lambda _: choose(w)

    def by_search():
        rng = np.random.default_rng(1)
        return lambda _: systematic(np, w, rng.random())

    return Row(f"systematic resampling, N = {n:.0e}".replace("e+0", "e"), n, "particle", setup,
               {"particles": particles, "numpy searchsorted": by_search}, check)


def rows(quick: bool) -> list[Row]:
    n, steps = 1024, 20 if quick else 100

    def smcdiff(driver):
        driver.problem(GRID, f'{{ kind = "inpainting", observed = [1], y = [{SEEN}] }}')
        driver.work(f'draw {n} smcdiff {{ steps = {steps}, particles = {n}, pooled = true, kernel = "ddpm", initial = "gaussian" }}')

    def tds(driver):
        driver.problem(GRID, LINEAR)
        driver.work(f'draw {n} tds {{ steps = {steps}, particles = {n}, pooled = true, kernel = "ddpm", initial = "gaussian" }}')

    def means_of_runs(ours, theirs):
        def mean(numbers):
            w = np.exp(numbers[n:2 * n])
            return (w * numbers[:n]).sum() / w.sum()
        same_law([mean(ours(s)) for s in range(1, SETS + 1)], [theirs(s).mean() for s in range(1, SETS + 1)], "the means of runs")

    def evidences(ours, theirs):
        same_law([ours(s)[-1] for s in range(1, SETS + 1)], [theirs(s)[2] for s in range(1, SETS + 1)], "the log-evidence")

    return [Row(f"smcdiff, N = {n}, {steps} steps", n * steps, "particle and step", smcdiff,
                {"JAX scan": lambda: smcdiff_jax(n, steps), "particles": lambda: smcdiff_particles(n, steps)}, means_of_runs),
            Row(f"tds, N = {n}, {steps} steps", n * steps, "particle and step", tds,
                {"torch autograd": lambda: tds_torch(n, steps), "JAX scan, grad": lambda: tds_jax(n, steps)}, evidences),
            *(resampling_row(size) for size in (1000, 100000, 1000000))]
