"""export-problem: what an outside sampler gets is complete, right, labelled, and the same in HDF5 and JSON."""

import json

import common
import h5py
import numpy as np

try:
    import xarray as xr
except ImportError:
    xr = None

LINEAR = """\
schema = "plumbline/1"
name = "linear"
draws = 1500
[problem]
process = { kind = "vp", schedule = "continuous" }
observation = { kind = "linear", A = [[1.0, 1.0, 0.0], [0.0, 0.5, -1.0]], noise = 0.3, y = [0.5, 0.25] }
[problem.prior]
kind = "explicit"
weights = [1.0, 3.0]
means = [[-2.0, 0.0, 1.0], [2.0, 1.0, 0.0]]
covariances = [[[1.0, 0.5, 0.0], [0.5, 2.0, 0.0], [0.0, 0.0, 1.0]], [[1.0, 0.0, 0.2], [0.0, 1.0, 0.0], [0.2, 0.0, 0.5]]]
[[sampler]]
kind = "exact"
[metrics]
use = ["mean_error"]
"""


BENT = """
schema = "plumbline/1"
name = "bent"
seed = 3
draws = 600
replicates = 2
null_replicates = 8

[problem]
process = {{ kind = "ou" }}
prior = {{ kind = "crescent" }}
observation = {{ kind = "{kind}", {numbers} }}

[[sampler]]
kind = "waltz"
burn_in = 20

[metrics]
use = ["mean_error", "component_mass", "log_density_gap"]
"""


def gaussian(y, mean, covariance):
    offset = y - mean
    return np.exp(-offset @ np.linalg.solve(covariance, offset) / 2) / np.sqrt(np.linalg.det(2 * np.pi * covariance))


def posterior(problem):
    """Weights, means, covariances over all coordinates and p(y), from prior, A, noise and y alone (mixture/README §4)."""
    a, gamma, y = (problem["observation"][n][()] for n in ("A", "noise_covariance", "y"))
    weights, means, covariances = (problem["prior"][n][()] for n in ("weights", "means", "covariances"))
    out = []
    for w, m, c in zip(weights, means, covariances):
        s = a @ c @ a.T + gamma
        gain = c @ a.T @ np.linalg.inv(s)
        out.append((w * gaussian(y, a @ m, s), m + gain @ (y - a @ m), c - gain @ a @ c))
    evidence = sum(w for w, _, _ in out)
    return np.array([w for w, _, _ in out]) / evidence, np.array([m for _, m, _ in out]), np.array([c for _, _, c in out]), evidence


class Export(common.Case):
    def test_the_posterior_follows_from_prior_and_observation(self):
        self.write("linear.toml", LINEAR)
        for spec, kind, free in (("tiny.toml", "inpainting", [0]), ("linear.toml", "linear", [0, 1, 2])):
            with self.subTest(kind):
                self.ok("export-problem", spec, "--out", "p.h5")
                with h5py.File(self.folder / "p.h5") as p:
                    self.assertEqual(p.attrs["observation_kind"], kind)
                    self.assertEqual(p["observation/free"][()].tolist(), free)
                    weights, means, covariances, evidence = posterior(p)
                    np.testing.assert_allclose(p["posterior/weights"], weights, rtol=1e-12)
                    np.testing.assert_allclose(p["posterior/means"], means[:, free], rtol=1e-12, atol=1e-13)
                    np.testing.assert_allclose(p["posterior/covariances"], covariances[:, free][:, :, free], rtol=1e-11, atol=1e-13)
                    np.testing.assert_allclose(p["posterior/log_evidence"], np.log(evidence), rtol=1e-12)
                    mean = weights @ means[:, free]
                    np.testing.assert_allclose(p["target/mean"], mean, rtol=1e-12)
                    # Of 64 or 1500 exact draws; false alarm 6e-7 per coordinate at 5 standard errors.
                    x = p["draws/x"][()]
                    error = np.sqrt(np.diag(p["target/covariance"][()]) / len(x))
                    self.assertTrue(np.all(np.abs(x.mean(0) - mean) < 5 * error), x.mean(0) - mean)

    def test_an_event_and_a_crescent_are_described_and_drawn(self):
        """Draws against the target's moments, 5 standard errors each; the event's moments are closed form, the crescent's quadrature."""
        for kind, numbers, arrays in (("event", "threshold = 1.5, width = 0.1", ("direction", "threshold", "width")),
                                      ("crescent", "y = 1.5", ("y", "c", "xi"))):
            with self.subTest(kind):
                self.write("bent.toml", BENT.format(kind=kind, numbers=numbers))
                self.ok("export-problem", "bent.toml", "--out", "p.h5")
                with h5py.File(self.folder / "p.h5") as p:
                    self.assertEqual(p.attrs["observation_kind"], kind)
                    for name in arrays:
                        self.assertIn(name, p["observation"])
                    self.assertEqual(list(p["posterior"]), ["log_evidence"])
                    self.assertLess(p["posterior/log_evidence"][()], 0)
                    x = p["draws/x"][()]
                    error = np.sqrt(np.diag(p["target/covariance"][()]) / len(x))
                    self.assertTrue(np.all(np.abs(x.mean(0) - p["target/mean"][()]) < 5 * error))
                    if kind == "event":
                        self.assertGreater(x[:, 0].min(), 1.5 - 6 * 0.1)
                self.ok("run", "bent.toml", "--out", "bent.h5")

    def test_time_grids_are_those_of_the_sweep_or_the_one_asked_for(self):
        self.ok("export-problem", "tiny.toml", "--out", "p.h5", "--draws", 7)
        with h5py.File(self.folder / "p.h5") as p:
            self.assertEqual(sorted(p["times"]), ["uniform_4", "uniform_8"])
            self.assertEqual(p["draws/x"].shape, (7, 1))
            times = p["times/uniform_8"]
            np.testing.assert_allclose(times["t"], 4 * (1 - np.arange(9) / 8), atol=1e-15)
            np.testing.assert_allclose(times["alpha"], np.exp(-times["t"][()]), rtol=1e-14)
            np.testing.assert_allclose(times["sigma"][()] ** 2, -np.expm1(-2 * times["t"][()]), rtol=1e-13)
        self.ok("export-problem", "tiny.toml", "--out", "p.h5", "--steps", 20, "--grid", "log_snr")
        with h5py.File(self.folder / "p.h5") as p:
            self.assertEqual(list(p["times"]), ["log_snr_20"])
            self.assertEqual(p["times/log_snr_20/t"].shape, (21,))

    def test_json_says_what_hdf5_says(self):
        self.write("linear.toml", LINEAR)
        self.ok("export-problem", "linear.toml", "--out", "p.h5")

        def refuse(constant):
            raise ValueError(f"{constant} is not JSON")

        text = (self.folder / "p.json").read_text()
        described = json.loads(text, parse_constant=refuse)
        self.assertEqual(described["schema"], "plumbline-problem/1")
        self.assertEqual(described["settings"]["process"]["beta_max"], 20)
        with h5py.File(self.folder / described["hdf5"]) as p:
            self.assertEqual(described["attributes"], dict(p.attrs))
            for name in ("process", "prior", "observation", "spec", "spec_hash", "problem_hash", "command"):
                self.assertTrue(p.attrs[name], name)
            arrays = {f"{group}/{name}": array for group, members in described["groups"].items() for name, array in members.items()}
            stored = {}
            p.visititems(lambda name, item: stored.update({name: item}) if isinstance(item, h5py.Dataset) and not h5py.h5ds.is_scale(item.id) else None)
            self.assertEqual(set(arrays), set(stored))
            for name, array in arrays.items():
                self.assertEqual(tuple(array["shape"]), stored[name].shape, name)
                self.assertEqual(array["dimensions"], [list(d.keys())[0] for d in stored[name].dims], name)
                if stored[name].size <= described["array_limit"]:
                    np.testing.assert_array_equal(np.array(array["values"]), stored[name][()], name)
                else:
                    self.assertEqual(array["dataset"], f"p.h5:/{name}")
            self.assertNotIn("values", arrays["draws/x"])  # 1500 × 3 numbers
        again = self.folder / "p.h5"
        first = again.read_bytes()
        self.ok("export-problem", "linear.toml", "--out", "p.h5")
        self.assertEqual(again.read_bytes(), first)

    @common.unittest.skipIf(xr is None, "xarray is absent")
    def test_xarray_sees_named_dimensions(self):
        self.ok("export-problem", "tiny.toml", "--out", "p.h5")
        with xr.open_dataset(self.folder / "p.h5", group="posterior", engine="h5netcdf") as p:
            self.assertEqual(p.covariances.dims, ("component", "coordinate", "coordinate_2"))
            self.assertEqual(p.coordinate.values.tolist(), [0])
        with xr.open_dataset(self.folder / "p.h5", group="times/uniform_4", engine="h5netcdf") as p:
            self.assertEqual(p.alpha.dims, ("time",))
        with xr.open_dataset(self.folder / "p.h5", group="draws", engine="h5netcdf") as p:
            self.assertEqual(dict(p.sizes), {"draw": 64, "coordinate": 1})

    def test_a_tilted_class_has_no_posterior_but_draws(self):
        spec = common.SPEC.replace('kind = "inpainting", observed = [1], y = [0.5]', 'kind = "class", label = 1, classes = [[0], [1]], gamma = 2.0')
        self.write("class.toml", spec[:spec.index('[[sampler]]\nkind = "replacement"')] + '[metrics]\nuse = ["mean_error"]\n')
        self.ok("export-problem", "class.toml", "--out", "p.h5")
        with h5py.File(self.folder / "p.h5") as p:
            self.assertNotIn("posterior", p)
            self.assertEqual(p["observation/class_of_component"][()].tolist(), [0, 1])
            self.assertEqual((p["observation/label"][()], p["observation/gamma"][()]), (1, 2))
            self.assertEqual(p["draws/x"].shape, (64, 2))

    def test_refusals_leave_nothing_behind(self):
        for words, says in ((["--steps", "0"], "--steps"), (["--grid", "cubic"], "--grid"), (["--draws", "0"], "--draws"),
                            (["--draws", "99999999999"], "--draws"), (["problem.process.horizon=1,2"], "one value")):
            self.refused(2, "export-problem", "tiny.toml", *words, "--out", "p.h5", says=says)
        self.refused(2, "export-problem", "tiny.toml", says="--out")
        self.refused(2, "export-problem", "tiny.toml", "--out", "p.json", says="p.json")
        self.refused(1, "export-problem", "tiny.toml", "--out", "nowhere/p.h5", says="nowhere")
        self.assertEqual(self.files(), ["tiny.toml"])


if __name__ == "__main__":
    common.main()
