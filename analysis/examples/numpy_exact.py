"""Exact draws of an exported problem's posterior, in NumPy: what `plumbline score` finds consistent. Used like numpy_dps.py."""

import sys

import h5py
import numpy as np


def exact(problem, n, seed=0):
    rng = np.random.default_rng(seed)
    weights, means, covariances = (problem["posterior"][name][()] for name in ("weights", "means", "covariances"))
    component = rng.choice(len(weights), n, p=weights / weights.sum())
    root = np.linalg.cholesky(covariances)
    return means[component] + np.einsum("nij,nj->ni", root[component], rng.standard_normal((n, means.shape[1])))


if __name__ == "__main__":
    with h5py.File(sys.argv[1]) as file:
        np.save(sys.argv[2], exact(file, n=2000))
