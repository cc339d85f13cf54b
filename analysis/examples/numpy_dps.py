"""Diffusion posterior sampling (Chung et al. 2023) in NumPy, on a problem that plumbline exported, for plumbline to judge:

    plumbline export-problem SPEC.toml --steps 200 --out problem.h5
    python3 analysis/examples/numpy_dps.py problem.h5 draws.npy
    plumbline score SPEC.toml --samples draws.npy
"""

import sys

import h5py
import numpy as np


def denoised(x, alpha, sigma, weights, means, covariances):
    """E[z_0 | z_t = x] [n, D] and its Jacobian (alpha/sigma²) Cov[z_0 | z_t = x] [n, D, D], exact for the mixture."""
    s = alpha**2 * covariances + sigma**2 * np.eye(x.shape[1])  # covariances of z_t
    offset = x[:, None] - alpha * means
    whitened = np.einsum("kij,nkj->nki", np.linalg.inv(s), offset)
    log_r = np.log(weights) - (np.linalg.slogdet(s)[1] + np.einsum("nki,nki->nk", offset, whitened)) / 2
    r = np.exp(log_r - np.logaddexp.reduce(log_r, axis=1, keepdims=True))
    m = means + alpha * np.einsum("kij,nkj->nki", covariances, whitened)
    c = covariances - alpha**2 * covariances @ np.linalg.inv(s) @ covariances
    mean = np.einsum("nk,nki->ni", r, m)
    second = np.einsum("nk,kij->nij", r, c) + np.einsum("nk,nki,nkj->nij", r, m, m)
    return mean, alpha / sigma**2 * (second - mean[:, :, None] * mean[:, None])


def dps(problem, n, zeta=0.5, seed=0):
    """x_u = DDPM step − ζ ∇‖y − A ẑ_0(x_t)‖, gradient at x_t, added after the step."""
    rng = np.random.default_rng(seed)
    mixture = [problem["prior"][name][()] for name in ("weights", "means", "covariances")]
    y, a = problem["observation/y"][()], problem["observation/A"][()]
    (times,) = problem["times"].values()  # export-problem --steps T: one grid
    alpha, sigma = times["alpha"][()], times["sigma"][()]
    x = sigma[0] * rng.standard_normal((n, a.shape[1]))
    for (alpha_t, sigma_t), (alpha_u, sigma_u) in zip(zip(alpha, sigma), zip(alpha[1:], sigma[1:])):
        x_0, jacobian = denoised(x, alpha_t, sigma_t, *mixture)
        residual = y - x_0 @ a.T
        ascent = np.einsum("nij,nj->ni", jacobian, residual / np.linalg.norm(residual, axis=1, keepdims=True) @ a)
        rho = (alpha_t * sigma_u / (alpha_u * sigma_t)) ** 2
        x = alpha_t / alpha_u * (sigma_u / sigma_t) ** 2 * x + alpha_u * (1 - rho) * x_0 + zeta * ascent
        x += sigma_u * np.sqrt(1 - rho) * rng.standard_normal(x.shape)
    return x[:, problem["observation/free"][()]]


if __name__ == "__main__":
    with h5py.File(sys.argv[1]) as file:
        np.save(sys.argv[2], dps(file, n=2000))
