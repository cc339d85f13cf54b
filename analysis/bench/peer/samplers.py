"""Whole reverse runs on 25 isotropic components in the plane: ancestral sampling, and dps, which differentiates its denoiser."""

import numpy as np

from .timing import Row, module, same_law

HORIZON, A, Y, NOISE = 4.0, np.array([1.0, 0.5]), 1.5, 0.01
GRID = {"weights": np.ones(25), "means": np.array([[8.0 * (k % 5 - 2), 8.0 * (k // 5 - 2)] for k in range(25)]), "variances": np.ones(25)}
LINEAR = f"{{ kind = \"linear\", A = [[1.0, 0.5]], noise = {NOISE ** 0.5}, y = [{Y}] }}"


def levels(steps: int) -> dict[str, np.ndarray]:
    """Of every step t → s: a_t, s_t², a_{t|s} and s²_{t|s}, on a uniform grid of the ou process."""
    times = HORIZON * (1 - np.arange(steps + 1) / steps)
    t, s = times[:-1], times[1:]
    return {"a": np.exp(-t), "v": -np.expm1(-2 * t), "ratio": np.exp(-(t - s)), "beta": -np.expm1(-2 * (t - s))}


def start(seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, 2))


def score(softmax, means, z, a, v):
    """∇log p_t, all components N(a μ_k, (a² + v) I) of one weight: what is common to all falls out of the softmax, and the
    rest is two products of matrices. The fastest form in numpy and torch."""
    s, centres = a * a + v, a * means
    r = softmax((z @ centres.T - 0.5 * (centres ** 2).sum(-1)) / s)
    return (r @ centres - z) / s


def score_fused(softmax, means, z, a, v):
    """The same by differences, which XLA makes one loop of: the fastest form in JAX."""
    s, centres = a * a + v, a * means
    r = softmax(-0.5 * ((z[:, None, :] - centres) ** 2).sum(-1) / s)
    return (r @ centres - z) / s


def softmax_numpy(q):
    e = np.exp(q - q.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def numpy_run(n, steps):
    level = levels(steps)

    def once(seed):
        rng, z = np.random.default_rng(seed), start(seed, n)
        for a, v, ratio, beta in zip(*level.values()):
            z = (z + beta * score(softmax_numpy, GRID["means"], z, a, v)) / ratio + np.sqrt(beta) * rng.standard_normal(z.shape)
        return z
    return once


def torch_field(torch, likelihood):
    """The score, and for dps −∇‖y − A ẑ_0(z)‖ with it, by automatic differentiation."""
    means, seen = torch.from_numpy(GRID["means"]), torch.from_numpy(A)

    def plain(z, a, v):
        return score(lambda q: torch.softmax(q, 1), means, z, a, v)

    def guided(z, a, v):
        z = z.detach().requires_grad_()
        g = plain(z, a, v)
        misfit = (Y - (z + v * g) / a @ seen).abs().sum()
        return (g - torch.autograd.grad(misfit, z)[0]).detach()
    return guided if likelihood else plain


def torch_run(n, steps, likelihood=False, compiled=False):
    torch = module("torch")
    level = [torch.from_numpy(v) if compiled else v.tolist() for v in levels(steps).values()]  # numbers are faster uncompiled
    field = torch_field(torch, likelihood)

    def step(z, noise, a, v, ratio, beta):
        return (z + beta * field(z, a, v)) / ratio + beta ** 0.5 * noise
    run = torch.compile(step) if compiled else step

    def once(seed):
        generator = torch.Generator().manual_seed(seed)
        z = torch.randn(n, 2, generator=generator, dtype=torch.float64)
        for a, v, ratio, beta in zip(*level):
            z = run(z, torch.randn(n, 2, generator=generator, dtype=torch.float64), a, v, ratio, beta)
        return z.detach().numpy()
    return once


def torch_autograd_run(n, steps):
    """The score itself by automatic differentiation, as of a mixture that torch knows."""
    torch = module("torch")
    level = [v.tolist() for v in levels(steps).values()]
    means = torch.from_numpy(GRID["means"])

    def once(seed):
        generator = torch.Generator().manual_seed(seed)
        z = torch.randn(n, 2, generator=generator, dtype=torch.float64)
        for a, v, ratio, beta in zip(*level):
            x = z.requires_grad_()
            centres, s = a * means, a * a + v
            log_p = torch.logsumexp((x @ centres.T - 0.5 * (centres ** 2).sum(-1)) / s, 1) - 0.5 * (x ** 2).sum(-1) / s
            g = torch.autograd.grad(log_p.sum(), x)[0]
            z = (z.detach() + beta * g) / ratio + beta ** 0.5 * torch.randn(n, 2, generator=generator, dtype=torch.float64)
        return z.numpy()
    return once


def jax_run(n, steps, likelihood=False):
    jax, jnp = module("jax"), module("jax.numpy")
    level = tuple(jnp.asarray(v) for v in levels(steps).values())
    means, seen = jnp.asarray(GRID["means"]), jnp.asarray(A)

    def plain(z, a, v):
        return score_fused(jax.nn.softmax, means, z, a, v)

    def guided(z, a, v):
        def misfit(x):
            g = plain(x, a, v)
            return jnp.abs(Y - (x + v * g) / a @ seen).sum(), g
        slope, g = jax.grad(misfit, has_aux=True)(z)
        return g - slope
    field = guided if likelihood else plain

    @jax.jit
    def run(key):
        first, rest = jax.random.split(key)

        def step(z, now):
            (a, v, ratio, beta), k = now
            noise = jax.random.normal(k, z.shape)
            return (z + beta * field(z, a, v)) / ratio + jnp.sqrt(beta) * noise, None
        return jax.lax.scan(step, jax.random.normal(first, (n, 2)), (level, jax.random.split(rest, steps)))[0]
    return lambda seed: np.asarray(run(jax.random.PRNGKey(seed)))


def check_draws(n):
    def check(ours, theirs):
        same_law(ours(7)[:2 * n].reshape(n, 2), theirs(7), "the draws")
    return check


def rows(quick: bool) -> list[Row]:
    n = 4096
    steps, guided_steps = (100, 40) if quick else (1000, 200)

    def ancestral(driver):
        driver.problem(GRID)
        driver.work(f'draw {n} conditional-score {{ steps = {steps}, kernel = "ddpm", initial = "gaussian" }}')

    def dps(driver):
        driver.problem(GRID, LINEAR)
        driver.work(f'draw {n} dps {{ steps = {guided_steps}, kernel = "ddpm", initial = "gaussian" }}')

    return [Row(f"ancestral, {n} draws × {steps} steps, d = 2, K = 25", n * steps, "draw and step", ancestral,
                {"numpy": lambda: numpy_run(n, steps), "torch": lambda: torch_run(n, steps),
                 "torch.compile": lambda: torch_run(n, steps, compiled=True), "torch autograd": lambda: torch_autograd_run(n, steps),
                 "JAX scan": lambda: jax_run(n, steps)}, check_draws(n)),
            Row(f"dps, {n} draws × {guided_steps} steps", n * guided_steps, "draw and step", dps,
                {"torch autograd": lambda: torch_run(n, guided_steps, likelihood=True),
                 "JAX scan, grad": lambda: jax_run(n, guided_steps, likelihood=True)}, check_draws(n))]
