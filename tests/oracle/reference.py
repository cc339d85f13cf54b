"""The formulas of a diffused Gaussian mixture in 50 digits: textbook algebra with explicit inverses, nothing shared
with the C++ code. Points, means and covariances are the exact values of the doubles that plumbline reads.

Vectors are lists of mpf, matrices lists of rows. A component is (weight, mean, covariance)."""

from mpmath import mp, mpf

mp.dps = 50


def vector(values):
    return [mpf(float(v)) for v in values]


def matrix(rows):
    return [vector(row) for row in rows]


def identity(d, scale=1):
    return [[mpf(scale) if i == j else mpf(0) for j in range(d)] for i in range(d)]


def add(a, b, beta=1):
    return [[x + beta * y for x, y in zip(p, q)] for p, q in zip(a, b)]


def scale(a, factor):
    return [[factor * x for x in row] for row in a]


def transpose(a):
    return [list(column) for column in zip(*a)]


def matvec(a, v):
    return [mp.fdot(row, v) for row in a]


def matmul(a, b):
    columns = transpose(b)
    return [[mp.fdot(row, column) for column in columns] for row in a]


def outer(u, v):
    return [[x * y for y in v] for x in u]


def inverse_and_logdet(a):
    """Gauss–Jordan with partial pivoting; 50 digits leave 30 at condition number 1e20."""
    n = len(a)
    work = [list(row) + unit for row, unit in zip(a, identity(n))]
    logdet = mpf(0)
    for c in range(n):
        pivot = max(range(c, n), key=lambda r: abs(work[r][c]))
        work[c], work[pivot] = work[pivot], work[c]
        logdet += mp.log(abs(work[c][c]))
        factor = 1 / work[c][c]
        work[c] = [factor * x for x in work[c]]
        for r in range(n):
            if r != c and work[r][c] != 0:
                f = work[r][c]
                work[r] = [x - f * y for x, y in zip(work[r], work[c])]
    return [row[n:] for row in work], logdet


def log_sum_exp(values):
    top = max(values)
    return top + mp.log(mp.fsum(mp.exp(v - top) for v in values))


class Level:
    """A mixture at a noise level: S_k = a² Σ_k + s² I, everything that does not depend on z."""

    def __init__(self, components, a, s2):
        total = mp.fsum(w for w, _, _ in components)
        self.a, self.s2, self.components = a, s2, [(w / total, m, c) for w, m, c in components]
        self.dimension = len(components[0][1])
        self.inverses, self.constants = [], []
        for w, _, c in self.components:
            inverse, logdet = inverse_and_logdet(add(scale(c, a * a), identity(self.dimension, s2)))
            self.inverses.append(inverse)
            self.constants.append(mp.log(w) - (logdet + self.dimension * mp.log(2 * mp.pi)) / 2)

    def at(self, z):
        """log p, responsibilities r_k, score and the solves S_k⁻¹(z − a μ_k) at one point."""
        solves, logs = [], []
        for (_, m, _), inverse, constant in zip(self.components, self.inverses, self.constants):
            offset = [x - self.a * y for x, y in zip(z, m)]
            solve = matvec(inverse, offset)
            solves.append(solve)
            logs.append(constant - mp.fdot(offset, solve) / 2)
        log_p = log_sum_exp(logs)
        r = [mp.exp(v - log_p) for v in logs]
        score = [-mp.fsum(r[k] * solves[k][i] for k in range(len(r))) for i in range(self.dimension)]
        return log_p, r, score, solves

    def clean(self, k, solve):
        """Mean and covariance of z_0 given z_t and component k."""
        _, m, c = self.components[k]
        mean = [x + self.a * y for x, y in zip(m, matvec(c, solve))]
        covariance = add(c, matmul(matmul(c, self.inverses[k]), c), -self.a * self.a)
        return mean, covariance

    def reverse(self, k, solve, a_s, s2_s):
        """Mean and covariance of z_s given z_t and component k: a bridge between z_t and the component's z_0."""
        alpha = self.a / a_s
        _, m, c = self.components[k]
        level_s = add(scale(c, a_s * a_s), identity(self.dimension, s2_s))
        gain = scale(matmul(level_s, self.inverses[k]), alpha)
        mean = [a_s * x + alpha * y for x, y in zip(m, matvec(level_s, solve))]
        covariance = add(level_s, matmul(gain, level_s), -alpha)
        return mean, covariance


def moments(weights, means, covariances):
    """Mean and covariance of a mixture; covariances may repeat by reference."""
    d = len(means[0])
    mean = [mp.fsum(w * m[i] for w, m in zip(weights, means)) for i in range(d)]
    total = identity(d, 0)
    for w, m, c in zip(weights, means, covariances):
        offset = [x - y for x, y in zip(m, mean)]
        total = add(total, add(c, outer(offset, offset)), w)
    return mean, total


def condition(components, a_matrix, noise, y):
    """Posterior components of y = A z + N(0, noise) and the log evidence."""
    posterior, logs = [], []
    for w, m, c in components:
        cross = matmul(c, transpose(a_matrix))
        inverse, logdet = inverse_and_logdet(add(matmul(a_matrix, cross), noise))
        residual = [u - v for u, v in zip(y, matvec(a_matrix, m))]
        solve = matvec(inverse, residual)
        mean = [u + v for u, v in zip(m, matvec(cross, solve))]
        covariance = add(c, matmul(matmul(cross, inverse), transpose(cross)), -1)
        posterior.append((mean, covariance))
        logs.append(mp.log(w) - (mp.fdot(residual, solve) + logdet + len(y) * mp.log(2 * mp.pi)) / 2)
    evidence = log_sum_exp(logs)
    weights = [mp.exp(v - evidence) for v in logs]
    total = mp.log(mp.fsum(w for w, _, _ in components))
    return [(w, m, c) for w, (m, c) in zip(weights, posterior)], evidence - total


# ---- noise levels: (a, s²) at t, from the definitions -------------------------------------------------------


def ou(t, horizon=4.0):
    return mp.exp(-t), 1 - mp.exp(-2 * t)


def _interpolated(betas, t):
    log_bar, whole = mpf(0), int(mp.floor(t))
    for b in betas[:whole]:
        log_bar += mp.log(1 - b)
    if whole < len(betas):
        log_bar += (t - whole) * mp.log(1 - betas[whole])
    return mp.exp(log_bar / 2), 1 - mp.exp(log_bar)


def vp_linear(t, horizon=1000, beta_min=1e-4, beta_max=0.02):
    lo, hi = mpf(beta_min) * 1000 / horizon, mpf(beta_max) * 1000 / horizon
    return _interpolated([lo + (hi - lo) * i / (horizon - 1) for i in range(horizon)], t)


def vp_cosine(t, horizon=1000):
    def f(i):
        return mp.cos((mpf(i) / horizon + mpf("0.008")) / mpf("1.008") * mp.pi / 2) ** 2

    return _interpolated([min(1 - f(i + 1) / f(i), mpf("0.999")) for i in range(horizon)], t)


def vp_continuous(t, horizon=1.0, beta_min=0.1, beta_max=20.0):
    integral = beta_min * t + (mpf(beta_max) - mpf(beta_min)) * t * t / (2 * mpf(horizon))
    return mp.exp(-integral / 2), 1 - mp.exp(-integral)


def ve_geometric(t, horizon=1.0, sigma_min=0.02, sigma_max=20.0):
    return mpf(1), mpf(sigma_min) ** 2 * ((mpf(sigma_max) / mpf(sigma_min)) ** (2 * t / mpf(horizon)) - 1)


def ve_edm(t, horizon=20.0):
    return mpf(1), t * t


def flow(t, horizon=1.0):
    return 1 - t, t * t
