"""`plumbline oracle` against 50 digits: every kind of covariance, every process, K up to 200, D up to 16, condition
numbers up to 1e8, t from 1e-8, points up to 40 standard deviations out.

    oracle_test.py PLUMBLINE [--cases N] [--seed S]

Bound, measured against the largest entry of the vector or matrix (tests/README §3): 1e-12 for isotropic and diagonal
covariances and data sets, 100 ε cond(S_k(t)) for full ones, where the largest condition number counts. Posteriors are held
to the condition number of the matrices they come from, at t = 0; a linear observation makes every posterior covariance a
full one, and the conditional score is then held to the condition number of that."""

import argparse
import itertools
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np
import reference as ref
from reference import mp, mpf

EPS = np.finfo(float).eps

PROCESSES = [  # (TOML, level(t), [times])
    ('{ kind = "ou", horizon = 4.0 }', ref.ou, [1e-8, 1e-3, 0.7, 4.0]),
    ('{ kind = "vp" }', ref.vp_linear, [1e-8, 0.5, 217.25, 1000.0]),
    ('{ kind = "vp", schedule = "cosine" }', ref.vp_cosine, [1e-8, 500.5, 990.0]),
    ('{ kind = "vp", schedule = "continuous" }', ref.vp_continuous, [1e-8, 0.3, 1.0]),
    ('{ kind = "ve" }', ref.ve_geometric, [1e-8, 0.4, 1.0]),
    ('{ kind = "ve", schedule = "edm", horizon = 20.0 }', ref.ve_edm, [1e-8, 0.01, 3.0]),
    ('{ kind = "flow" }', ref.flow, [1e-8, 0.5, 0.999]),
]
KINDS = ["isotropic", "diagonal", "full", "points"]


def toml(array):
    if isinstance(array, (list, np.ndarray)):
        return "[" + ", ".join(toml(x) for x in array) + "]"
    return repr(float(array))


class Case:
    """One random mixture, process, time and observation; everything from `seed` alone."""

    def __init__(self, seed, folder):
        rng = np.random.default_rng(seed)
        self.folder, self.kind = folder, KINDS[seed % len(KINDS)]
        process, self.level, times = PROCESSES[rng.integers(len(PROCESSES))]
        self.t = float(rng.choice(times))
        self.s = float(self.t * rng.choice([0.0, 0.3, 0.99])) if self.kind != "points" else float(self.t * 0.5)
        d, k = int(rng.choice([1, 2, 3, 5, 8, 16])), int(rng.choice([1, 2, 7, 25, 200]))
        if self.kind == "full":
            k = min(k, 40 if d > 5 else 200)  # the reference inverts k matrices of size d × d in 50 digits
        self.d, self.k = d, k
        self.name = f"case {seed}: {self.kind} K={k} D={d} {process} t={self.t} s={self.s}"

        self.weights = rng.exponential(size=k) + 1e-3
        self.means = rng.normal(size=(k, d)) * rng.choice([1.0, 8.0])
        condition = 10 ** rng.uniform(0, 8)
        self.covariances = self.make_covariances(rng, condition)
        prior = f'kind = "explicit", weights = {toml(self.weights)}, means = {toml(self.means)}'
        if self.kind == "full":
            self.write("prior.h5", weights=self.weights, means=self.means, covariances=self.covariances)
            prior = 'kind = "file", path = "prior.h5"'
        else:
            prior += f", variances = {toml(self.variances)}"
        observation = self.make_observation(rng)
        text = 'schema = "plumbline/1"\nname = "oracle"\nseed = 1\nreplicates = 1\ndraws = 10\n\n[problem]\n'
        text += f"process = {process}\nprior = {{ {prior} }}\nobservation = {{ {observation} }}\n"
        text += '\n[[sampler]]\nkind = "exact"\n\n[metrics]\nuse = ["mean_error"]\n'
        (folder / "spec.toml").write_text(text)
        self.make_points(rng)

    def make_covariances(self, rng, condition):
        k, d = self.k, self.d
        if self.kind == "points":
            self.variances, self.weights = np.zeros(k), np.ones(k)
        elif self.kind == "isotropic":
            self.variances = np.exp(rng.uniform(-3, 1, size=k))
        elif self.kind == "diagonal":
            self.variances = np.exp(rng.uniform(-np.log(condition), 0, size=(k, d)))
        else:
            out = []
            for _ in range(k):
                q, _ = np.linalg.qr(rng.normal(size=(d, d)))
                c = (q * np.exp(rng.uniform(-np.log(condition), 0, size=d))) @ q.T
                out.append((c + c.T) / 2)
            return np.array(out)
        v = self.variances.reshape(k, -1) * np.ones(d)
        return np.array([np.diag(row) for row in v])

    def make_observation(self, rng):
        d, k = self.d, self.k
        kind = rng.choice(["inpainting", "linear", "class"] if d > 1 else ["linear", "class"])
        if self.kind == "points" and kind == "inpainting":
            kind = "linear"  # noise-free data have no density
        self.observation = kind
        if kind == "class":
            label = np.arange(k) % 2 if k > 1 else np.zeros(k, int)
            classes = [np.flatnonzero(label == c).tolist() for c in range(2 if k > 1 else 1)]
            self.members = classes[0]
            return f'kind = "class", label = 0, classes = {classes}'
        z = self.means[rng.integers(k)] + rng.normal(size=d)
        if kind == "inpainting":
            self.observed = sorted(rng.choice(d, size=int(rng.integers(1, d)), replace=False).tolist())
            self.y = z[self.observed]
            self.a_matrix, self.noise = np.eye(d)[self.observed], 0.0
            return f'kind = "inpainting", observed = {self.observed}, y = {toml(self.y)}'
        m = int(rng.integers(1, d + 1))
        self.a_matrix, self.noise = rng.normal(size=(m, d)), float(rng.choice([0.1, 1.0]))
        self.y = self.a_matrix @ z
        return f'kind = "linear", A = {toml(self.a_matrix)}, noise = {self.noise!r}, y = {toml(self.y)}'

    def make_points(self, rng):
        """Around random components: at 1 and at 40 standard deviations of p_t, and one far from all means."""
        a, s2 = (float(v) for v in self.level(mpf(self.t)))
        rows = []
        for distance in (1.0, 3.0, 40.0):
            k = rng.integers(self.k)
            direction = rng.normal(size=self.d)
            root = np.linalg.cholesky(a * a * self.covariances[k] + s2 * np.eye(self.d))
            rows.append(a * self.means[k] + distance * root @ (direction / np.linalg.norm(direction)))
        spread = np.sqrt(np.max(s2 + a * a * (self.covariances[:, range(self.d), range(self.d)] + self.means**2)))
        rows.append(40 * spread * np.ones(self.d) / np.sqrt(self.d))
        self.z = np.array(rows)
        self.write("at.h5", z=self.z)

    def write(self, name, **arrays):
        with h5py.File(self.folder / name, "w") as file:
            for key, value in arrays.items():
                file[key] = value

    # ---- the 50-digit side ----------------------------------------------------------------------------------

    def expected(self):
        components = [(mpf(float(w)), ref.vector(m), ref.matrix(c))
                      for w, m, c in zip(self.weights, self.means, self.covariances)]
        a, s2 = self.level(mpf(self.t))
        a_s, s2_s = self.level(mpf(self.s))
        level = ref.Level(components, a, s2)
        posterior, log_evidence, full = self.posterior(level.components)
        conditional = ref.Level(full, a, s2)
        self.posterior_covariances = [np.array(c, dtype=float) for _, _, c in full]
        self.averaged = {"denoised": [], "reverse_mean": []}
        out = {key: [] for key in ("log_density", "score", "denoised", "denoised_covariance", "responsibilities",
                                   "noise_prediction", "log_likelihood", "conditional_score", "reverse_mean",
                                   "reverse_covariance")}
        for row in self.z:
            z = ref.vector(row)
            log_p, r, score, solves = level.at(z)
            live = [k for k in range(self.k) if r[k] > mpf(10) ** -40]
            clean = {k: level.clean(k, solves[k]) for k in live}
            mean, covariance = ref.moments([r[k] for k in live], *zip(*(clean[k] for k in live)))
            back = {k: level.reverse(k, solves[k], a_s, s2_s) for k in live}
            reverse = ref.moments([r[k] for k in live], *zip(*(back[k] for k in live)))
            heard = [k for k in live if r[k] > EPS]
            self.averaged["denoised"].append(max(abs(v) for k in heard for v in clean[k][0]))
            self.averaged["reverse_mean"].append(max(abs(v) for k in heard for v in back[k][0]))
            log_c, _, score_c, _ = conditional.at(z)
            # Bayes: p(y | z_t) = p_t(z_t | y) p(y) / p_t(z_t)
            log_likelihood = log_c + log_evidence - log_p
            if self.observation == "class":  # where the class is all but certain, Bayes' terms cancel beyond 50 digits
                rest = mp.fsum(r[k] for k in range(self.k) if k not in self.members)
                log_likelihood = -mp.log1p(rest / mp.fsum(r[k] for k in self.members))
            values = [log_p, score, mean, covariance, r, [-mp.sqrt(s2) * v for v in score],
                      log_likelihood, score_c, *reverse]
            for key, value in zip(out, values):
                out[key].append(value)
        out |= {"posterior/weights": [w for w, _, _ in posterior], "posterior/means": [m for _, m, _ in posterior],
                "posterior/covariances": [c for _, _, c in posterior], "posterior/log_evidence": log_evidence}
        return {key: to_array(value) for key, value in out.items()}

    def posterior(self, components):
        """Posterior in the coordinates of a draw, log evidence, and posterior in all D coordinates."""
        if self.observation == "class":
            mass = mp.fsum(components[k][0] for k in self.members)
            posterior = [(components[k][0] / mass, *components[k][1:]) for k in self.members]
            return posterior, mp.log(mass), posterior
        noise = ref.identity(len(self.y), mpf(self.noise) ** 2)
        full, evidence = ref.condition(components, ref.matrix(self.a_matrix), noise, ref.vector(self.y))
        if self.observation == "linear":
            return full, evidence, full
        free = [i for i in range(self.d) if i not in self.observed]
        part = [(w, [m[i] for i in free], [[c[i][j] for j in free] for i in free]) for w, m, c in full]
        return part, evidence, full

    # ---- the comparison -------------------------------------------------------------------------------------

    def bound(self, key):
        """The largest error that `key` may have."""
        a, s2 = (float(v) for v in self.level(mpf(self.t)))
        condition = 0.0
        if self.kind == "full":
            at_zero = max(np.linalg.cond(c) for c in self.covariances)
            at_t = max(np.linalg.cond(a * a * c + s2 * np.eye(self.d)) for c in self.covariances)
            condition = at_zero if key.startswith("posterior/") else at_t
            if key in ("conditional_score", "log_likelihood"):
                condition = max(at_zero, at_t)
        elif key == "conditional_score" and self.observation == "linear":
            condition = max(np.linalg.cond(a * a * c + s2 * np.eye(self.d)) for c in self.posterior_covariances)
        return max(1e-12, 100 * EPS * condition)

    def scales(self, key):
        """What the errors of every row are at least measured against. Means are averages over components with
        responsibilities that rounding an exponent of 40²/2 leaves 4e-13 of doubt: they count in units of what is averaged,
        where that cancels. Cov[z_0 | z_t] of far points of a data set is the product of two responsibilities, which may
        underflow: it counts in units of s²/a², the value that it has without data."""
        rows = len(self.z)
        if key in self.averaged:
            return self.averaged[key]
        a, s2 = self.level(mpf(self.t))
        return [s2 / a**2 if key == "denoised_covariance" else mpf(0)] * rows

    def run(self, program):
        command = [program, "oracle", "spec.toml", "--time", repr(self.t), "--at", "at.h5", "--out", "out.h5",
                   "--reverse-to", repr(self.s)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            return [f"{self.name}: exit {done.returncode}: {done.stderr.strip()}"], {}
        problems, errors = [], {}
        with h5py.File(self.folder / "out.h5") as file:
            for key, expected in self.expected().items():
                got = file[key][()]
                worst = largest_relative_error(key, got, expected, self.scales(key))
                tolerance = self.bound(key)
                errors[key] = worst / tolerance
                if not worst <= tolerance:
                    problems.append(f"{self.name} [{self.observation}]: {key} off by {worst:.2e}, bound {tolerance:.2e}")
        return problems, errors


def to_array(nested):
    """Nested lists of mpf as an object array: differences are taken in 50 digits."""
    return np.array(nested, dtype=object)


def largest_relative_error(key, got, expected, scales):
    if got.shape != expected.shape:
        return float("inf")
    per_row = {"score", "denoised", "denoised_covariance", "noise_prediction", "conditional_score", "reverse_mean",
               "reverse_covariance", "responsibilities", "posterior/means", "posterior/covariances"}
    pairs = zip(got, expected) if key in per_row else [(got, expected)]
    scales = scales if key in per_row and not key.startswith("posterior/") else itertools.repeat(mpf(0))
    worst = 0.0
    for (g, e), scale in zip(pairs, scales):
        g, e = np.atleast_1d(g), np.atleast_1d(e)
        if not np.all(np.isfinite(g.astype(float))):
            return float("inf")
        largest = max(scale, max(abs(v) for v in e.flat))
        off = max(abs(mpf(float(u)) - v) for u, v in zip(g.flat, e.flat))
        worst = max(worst, float(off / largest) if largest > mpf(10) ** -300 else float(off))
    return worst


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--cases", type=int, default=48)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    problems, worst = [], {}
    for seed in range(arguments.seed, arguments.seed + arguments.cases):
        with tempfile.TemporaryDirectory() as folder:
            case = Case(seed, Path(folder))
            found, errors = case.run(str(Path(arguments.program).resolve()))
        problems += found
        worst = {key: max(worst.get(key, 0.0), value) for key, value in errors.items()} | {
            key: value for key, value in worst.items() if key not in errors}
    print("largest error as a fraction of its bound:")
    print("\n".join(f"  {key:26s} {value:.3g}" for key, value in worst.items()))
    print("\n".join(problems) or f"{arguments.cases} cases agree with 50 digits")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
