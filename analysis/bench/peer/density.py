"""Log-density and score of Gaussian mixtures at given points, as matrix products, by automatic differentiation and compiled."""

import numpy as np

from .timing import Row, close, module

LOG_2PI = np.log(2 * np.pi)


def scattered(d: int, components: int, spread: float, full: bool = False) -> dict:
    rng = np.random.default_rng(1)
    mixture = {"weights": 0.1 + rng.random(components), "means": spread * rng.standard_normal((components, d))}
    if not full:
        return {**mixture, "variances": 0.5 + rng.random(components)}
    root = np.linalg.qr(rng.standard_normal((components, d, d)))[0] * (10 ** -rng.random((components, 1, d))) ** 0.5
    return {**mixture, "covariances": root @ root.transpose(0, 2, 1)}


def digits() -> dict:
    """Every image of scikit-learn's digits as a component."""
    images = module("sklearn.datasets").load_digits().data / 16
    return {"weights": np.ones(len(images)), "means": images, "variances": np.full(len(images), 0.25)}


def points_of(mixture: dict, n: int) -> np.ndarray:
    rng = np.random.default_rng(2)
    p = mixture["weights"] / mixture["weights"].sum()
    k = rng.choice(len(p), n, p=p)
    noise = rng.standard_normal((n, mixture["means"].shape[1]))
    if "covariances" in mixture:
        noise = np.einsum("nij,nj->ni", np.linalg.cholesky(mixture["covariances"])[k], noise)
    else:
        noise *= np.sqrt(mixture["variances"][k])[:, None]
    return mixture["means"][k] + noise


class Tables:
    """What depends on the mixture alone: no clock runs while these are made, as none does for plumbline's."""

    def __init__(self, mixture: dict):
        self.means, d = mixture["means"], mixture["means"].shape[1]
        log_w = np.log(mixture["weights"] / mixture["weights"].sum())
        self.full = "covariances" in mixture
        if self.full:  # S_k⁻¹ = P_k P_kᵀ
            self.root = np.linalg.cholesky(np.linalg.inv(mixture["covariances"]))
            self.moved = np.einsum("kd,kde->ke", self.means, self.root)
            self.constant = log_w - 0.5 * d * LOG_2PI + np.log(np.einsum("kdd->kd", self.root)).sum(1)
        else:
            self.precision = 1 / mixture["variances"]
            self.scaled = (self.means * self.precision[:, None]).T.copy()
            self.square = (self.means ** 2).sum(1) * self.precision
            self.constant = log_w - 0.5 * d * (LOG_2PI - np.log(self.precision))

    def converted(self, convert):
        other = object.__new__(Tables)
        other.__dict__ = {key: convert(value) if isinstance(value, np.ndarray) else value for key, value in self.__dict__.items()}
        return other


def log_terms(xp, t, z):
    """log π_k N(z; μ_k, S_k) [n, K], by products of matrices; what the score needs of it."""
    if t.full:
        y = xp.matmul(z, t.root) - t.moved[:, None, :]  # [K, n, d]
        return t.constant - 0.5 * (y ** 2).sum(-1).T, y
    distance = (z ** 2).sum(-1)[:, None] * t.precision - 2 * (z @ t.scaled) + t.square
    return t.constant - 0.5 * distance, None


def score_of(xp, t, z, r, y):
    if t.full:
        return -(xp.matmul(r.T[:, :, None] * y, t.root.swapaxes(1, 2))).sum(0)
    pulled = r * t.precision
    return pulled @ t.means - z * pulled.sum(-1)[:, None]


def numpy_products(t, z):
    def once(_):
        q, y = log_terms(np, t, z)
        top = q.max(1, keepdims=True)
        e = np.exp(q - top)
        total = e.sum(1, keepdims=True)
        return (top + np.log(total))[:, 0], score_of(np, t, z, e / total, y)
    return once


def torch_products(t, z, compiled: bool):
    torch = module("torch")
    tt, tz = t.converted(torch.from_numpy), torch.from_numpy(z)

    def both(x):
        q, y = log_terms(torch, tt, x)
        return torch.logsumexp(q, 1), score_of(torch, tt, x, torch.softmax(q, 1), y)

    run = torch.compile(both) if compiled else both

    def once(_):
        with torch.no_grad():
            log_p, score = run(tz)
        return log_p.numpy(), score.numpy()
    return once


def torch_autograd(t, z):
    torch = module("torch")
    tt, tz = t.converted(torch.from_numpy), torch.from_numpy(z).requires_grad_()

    def once(_):
        log_p = torch.logsumexp(log_terms(torch, tt, tz)[0], 1)
        return log_p.detach().numpy(), torch.autograd.grad(log_p.sum(), tz)[0].numpy()
    return once


def jax_products(t, z):
    jax, jnp = module("jax"), module("jax.numpy")
    tt, tz = t.converted(jnp.asarray), jnp.asarray(z)

    @jax.jit
    def both(x):
        q, y = log_terms(jnp, tt, x)
        return jax.nn.logsumexp(q, 1), score_of(jnp, tt, x, jax.nn.softmax(q, 1), y)
    return lambda _: jax.block_until_ready(both(tz))


def jax_gradient(t, z):
    """vmap(grad) of the density of one point, by differences."""
    jax, jnp = module("jax"), module("jax.numpy")
    tt, tz = t.converted(jnp.asarray), jnp.asarray(z)

    def log_p(x):
        away = x - tt.means
        if tt.full:
            distance = (jnp.einsum("kd,kde->ke", away, tt.root) ** 2).sum(-1)
        else:
            distance = (away ** 2).sum(-1) * tt.precision
        return jax.nn.logsumexp(tt.constant - 0.5 * distance)

    both = jax.jit(jax.vmap(jax.value_and_grad(log_p)))
    return lambda _: jax.block_until_ready(both(tz))


def keops(t, z):
    torch, lazy = module("torch"), module("pykeops.torch").LazyTensor
    if t.full:
        raise NotImplementedError("isotropic only")
    tz = torch.from_numpy(z).requires_grad_()
    means, precision, constant = (torch.from_numpy(v) for v in (t.means, t.precision, t.constant))

    def once(_):
        distance = ((lazy(tz[:, None, :]) - lazy(means[None])) ** 2).sum(-1)
        log_p = (lazy(constant[None, :, None]) - 0.5 * distance * lazy(precision[None, :, None])).logsumexp(1)[:, 0]
        return log_p.detach().numpy(), torch.autograd.grad(log_p.sum(), tz)[0].numpy()
    return once


def scikit_learn(mixture, z):
    """The log-density alone."""
    model = module("sklearn.mixture").GaussianMixture(len(mixture["weights"]), covariance_type="full" if "covariances" in mixture else "spherical")
    model.weights_, model.means_ = mixture["weights"] / mixture["weights"].sum(), mixture["means"]
    if "covariances" in mixture:
        model.covariances_ = mixture["covariances"]
        model.precisions_cholesky_ = np.linalg.cholesky(np.linalg.inv(mixture["covariances"]))
    else:
        model.covariances_ = mixture["variances"]
        model.precisions_cholesky_ = 1 / np.sqrt(mixture["variances"])
    return lambda _: (model.score_samples(z), None)


def slow(mixture: dict, z: np.ndarray):
    """By differences, in extended precision, of a few points."""
    wide = np.longdouble
    means, w = mixture["means"].astype(wide), np.log((mixture["weights"] / mixture["weights"].sum()).astype(wide))
    away = z.astype(wide)[:, None, :] - means
    d = means.shape[1]
    pulled = away / mixture["variances"].astype(wide)[:, None]
    q = w - 0.5 * ((away * pulled).sum(-1) + d * np.log(2 * wide(np.pi) * mixture["variances"].astype(wide)))
    top = q.max(1, keepdims=True)
    r = np.exp(q - top)
    total = r.sum(1, keepdims=True)
    return (top + np.log(total))[:, 0], -((r / total)[:, :, None] * pulled).sum(1)


def row(name: str, mixture: dict, n: int) -> Row:
    z, t = points_of(mixture, n), Tables(mixture)

    def setup(driver):
        driver.problem(mixture)
        driver.points(x=z)
        driver.work("density")
        if not t.full:  # plumbline itself first, against nobody's products
            log_p, score = np.split(driver.numbers(), [n])
            want_p, want_score = slow(mixture, z[:8])
            close(want_p, log_p[:8], 1e-13, "plumbline's log-density")
            close(want_score, score.reshape(n, -1)[:8], 1e-13, "plumbline's score")

    def check(ours, theirs):
        log_p, score = np.split(ours(1), [n])
        peer_p, peer_score = theirs(1)
        close(log_p, peer_p, 1e-12, "log-density")
        if peer_score is not None:
            close(score.reshape(n, -1), peer_score, 1e-12, "score")

    peers = {"numpy": lambda: numpy_products(t, z), "torch": lambda: torch_products(t, z, False),
             "torch.compile": lambda: torch_products(t, z, True), "torch autograd": lambda: torch_autograd(t, z),
             "JAX": lambda: jax_products(t, z), "JAX vmap(grad)": lambda: jax_gradient(t, z),
             "scikit-learn": lambda: scikit_learn(mixture, z)}
    if not t.full:
        peers["KeOps"] = lambda: keops(t, z)
    return Row(name, n * len(mixture["weights"]), "pair", setup, peers, check, {"scikit-learn": "density only"})


def rows() -> list[Row]:
    return [row("log-density + score, isotropic d = 2, K = 25", scattered(2, 25, 4), 16384),
            row("isotropic 10, 100", scattered(10, 100, 1), 4096),
            row("isotropic 100, 1000, overlapping", scattered(100, 1000, 0.3), 512),
            row("isotropic 100, 1000, separated", scattered(100, 1000, 2.7), 512),
            row("isotropic 64, 1797 (digits)", digits(), 512),
            row("full 8, 25", scattered(8, 25, 3, full=True), 2048),
            row("full 32, 10", scattered(32, 10, 3, full=True), 2048)]
