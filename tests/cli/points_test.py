"""draw and oracle: what they write, and the files and times they refuse."""

import common
import h5py
import numpy as np


class Draw(common.Case):
    def test_exact_draws_have_the_exact_posterior_mean(self):
        self.ok("draw", "tiny.toml", "--sampler", "exact", "--n", 20000, "--out", "d.h5")
        with h5py.File(self.folder / "d.h5") as file:
            x, log_w = file["x"][()], file["log_w"][()]
        self.assertEqual(x.shape, (20000, 1))
        np.testing.assert_allclose(np.exp(log_w).sum(), 1, rtol=1e-12)
        # Components N(−2, 1), N(2, ½) with weights ∝ 1·N(½; 0, 1), 2·N(½; 1, ½); the mean's standard error is below
        # 0.015, so 0.075 is five of them: false alarm 6e-7.
        w = np.array([np.exp(-0.125), 2 * np.exp(-0.25) / np.sqrt(0.5)])
        self.assertAlmostEqual(x.mean(), w @ [-2, 2] / w.sum(), delta=0.075)

    def test_a_sampler_draws_what_run_measures(self):
        self.ok("run", "tiny.toml", "samples=64", "--out", "r.h5")
        self.ok("draw", "tiny.toml", "--sampler", "re", "sampler.re.steps=8", "sampler.re.kernel=em", "--out", "d.h5")
        with h5py.File(self.folder / "r.h5") as run, h5py.File(self.folder / "d.h5") as draw:
            np.testing.assert_array_equal(run["samples/re/x"][1, 1], draw["x"][()])

    def test_refusals_name_what_is_missing(self):
        self.refused(2, "draw", "tiny.toml", "--out", "d.h5", says="--sampler")
        self.refused(2, "draw", "tiny.toml", "--sampler", "exact", says="--out")
        self.refused(2, "draw", "tiny.toml", "--sampler", "rex", "--out", "d.h5", says="did you mean 're'")
        self.refused(2, "draw", "tiny.toml", "--sampler", "re", "--out", "d.h5", says=("kernel", "one value"))
        for n in ("0", "-5", "1e3", "many", "99999999999999"):
            self.refused(2, "draw", "tiny.toml", "--sampler", "exact", "--n", n, "--out", "d.h5", says="--n")
        self.assertEqual(self.files(), ["tiny.toml"])


class Oracle(common.Case):
    SHAPES = {"log_density": (3,), "score": (3, 2), "denoised": (3, 2), "denoised_covariance": (3, 2, 2),
              "responsibilities": (3, 2), "noise_prediction": (3, 2), "log_likelihood": (3,),
              "conditional_score": (3, 2), "posterior/weights": (2,), "posterior/means": (2, 1),
              "posterior/covariances": (2, 1, 1), "posterior/log_evidence": (), "reverse_mean": (3, 2),
              "reverse_covariance": (3, 2, 2)}

    def setUp(self):
        super().setUp()
        self.h5("z.h5", z=np.array([[0.0, 0.0], [1.0, -1.0], [5.0, 3.0]]))

    def oracle(self, *words):
        return ["oracle", "tiny.toml", "--at", "z.h5", "--out", "o.h5", *words]

    def test_writes_every_quantity_in_its_shape(self):
        self.ok(*self.oracle("--time", "0.5", "--reverse-to", "0.2"))
        with h5py.File(self.folder / "o.h5") as file:
            for name, shape in self.SHAPES.items():
                self.assertEqual(file[name].shape, shape, name)
                self.assertTrue(np.all(np.isfinite(file[name][()])), name)

    def test_a_sweep_without_observation_and_samplers_is_its_prior(self):
        self.ok(*self.oracle("--time", "0.5"))
        with h5py.File(self.folder / "o.h5") as file:
            known = {name: file[name][()] for name in ("log_density", "score", "denoised", "responsibilities")}
        lines = common.SPEC.split("[[sampler]]")[0].splitlines(keepends=True)
        self.write("tiny.toml", "".join(line for line in lines if not line.startswith("observation")))
        self.ok(*self.oracle("--time", "0.5", "--reverse-to", "0.2"))
        with h5py.File(self.folder / "o.h5") as file:
            for name, values in known.items():
                np.testing.assert_array_equal(file[name][()], values)
            self.assertIn("reverse_mean", file)
            for name in ("log_likelihood", "conditional_score", "posterior"):
                self.assertNotIn(name, file)
        self.ok("export-problem", "tiny.toml", "--out", "p.h5")
        with h5py.File(self.folder / "p.h5") as file:
            self.assertEqual(file["draws/x"].shape, (64, 2))
            self.assertEqual(file["prior/means"].shape, (2, 2))
        self.ok("draw", "tiny.toml", "--sampler", "exact", "--out", "d.h5")
        self.refused(2, "run", "tiny.toml", "--out", "r.h5", says="observation")

    def test_matches_the_closed_form_of_two_components(self):
        self.ok(*self.oracle("--time", "0.5"))
        z = np.array([[0.0, 0.0], [1.0, -1.0], [5.0, 3.0]])
        a, s2 = np.exp(-0.5), 1 - np.exp(-1)
        means, variances = np.array([[-2.0, 0.0], [2.0, 1.0]]), np.array([1.0, 0.5])
        total = a * a * variances + s2
        offset = a * means[None] - z[:, None]
        log_terms = np.log([1 / 3, 2 / 3]) - np.log(2 * np.pi * total) - (offset**2).sum(2) / (2 * total)
        log_p = np.logaddexp(log_terms[:, 0], log_terms[:, 1])
        r = np.exp(log_terms - log_p[:, None])
        with h5py.File(self.folder / "o.h5") as file:
            np.testing.assert_allclose(file["log_density"], log_p, rtol=1e-13)
            np.testing.assert_allclose(file["responsibilities"], r, rtol=1e-12)
            np.testing.assert_allclose(file["score"], (r[:, :, None] * offset / total[:, None]).sum(1), rtol=1e-12)

    def test_time_zero_leaves_out_what_does_not_exist_and_says_so(self):
        done = self.ok(*self.oracle("--time", "0"))
        self.assertIn("log_likelihood", done.err)
        with h5py.File(self.folder / "o.h5") as file:
            self.assertNotIn("log_likelihood", file)
            np.testing.assert_array_equal(file["denoised"], file["z"])

    def test_every_kind_of_observation_says_what_it_leaves_out(self):
        # observation, what is left out at t = 0 and at t = 0.5, and why the score is
        kinds = (
            ('kind = "inpainting", observed = [1], y = [0.5]', {"log_likelihood", "conditional_score"}, set()),
            ('kind = "linear", A = [[1, 1]], noise = 0, y = [2]', {"log_likelihood", "conditional_score"}, set()),
            ('kind = "linear", A = [[1, 1]], noise = 0.5, y = [2]', set(), set()),
            ('kind = "random-linear", rows = 1, noise = 0, y = "draw"', {"log_likelihood", "conditional_score"}, set()),
            ('kind = "class", label = 0, classes = [[0], [1]]', set(), set()),
            ('kind = "class", label = 0, classes = [[0], [1]], gamma = 2', {"conditional_score"}, {"conditional_score"}),
            ('kind = "event", threshold = 1, width = 0.5', set(), set()),
            ('kind = "event", threshold = 1', {"conditional_score"}, set()),
            ('kind = "crescent", y = 1', {"conditional_score"}, {"log_likelihood", "conditional_score"}))
        for observation, *left_out in kinds:
            for time, absent in zip(("0", "0.5"), left_out):
                with self.subTest(observation, time=time):
                    done = self.ok(*self.oracle("--time", time, f"problem.observation={{ {observation} }}"))
                    with h5py.File(self.folder / "o.h5") as file:
                        self.assertEqual({"log_likelihood", "conditional_score"} - set(file), absent)
                    for name in absent:
                        self.assertIn(f"{name} is left out", done.err)
                    closed = "gamma" in observation or "crescent" in observation
                    self.assertEqual("this posterior has no closed form" in done.err, closed)
        # where nothing is observed there is nothing to leave out: no likelihood, no other score than the prior's
        done = self.ok(*self.oracle("--time", "0.5", 'problem.observation={ kind = "none" }'))
        self.assertNotIn("left out", done.err)
        with h5py.File(self.folder / "o.h5") as file:
            self.assertEqual({"log_likelihood", "conditional_score"} - set(file), {"log_likelihood", "conditional_score"})
            self.assertIn("score", file)

    def test_times_out_of_range(self):
        for time in ("-0.1", "4.1", "nan", "inf", "soon", ""):
            self.refused(2, *self.oracle("--time", time), says="--time")
        for s in ("-0.1", "0.5", "0.6", "nan", "x"):
            self.refused(2, *self.oracle("--time", "0.5", "--reverse-to", s), says="--reverse-to")
        self.assertNotIn("o.h5", self.files())

    def test_a_singular_prior_has_no_density_at_time_zero(self):
        self.write("tiny.toml", common.SPEC.replace("variances = [1.0, 0.5]", "variances = [0.0, 0.5]"))
        linear = 'problem.observation={ kind = "linear", A = [[1.0, 0.0]], noise = 0.1, y = [1.0] }'
        self.refused(2, *self.oracle("--time", "0", linear), says="must be > 0")
        self.ok(*self.oracle("--time", "0.1", linear))

    def test_problem_axes_must_be_fixed(self):
        self.refused(2, *self.oracle("--time", "1", "problem.process.horizon=2,4"), says=("horizon", "one value"))

    def test_bad_points(self):
        bad = {
            "missing.h5": {"x": np.zeros((2, 2))}, "rank.h5": {"z": np.zeros(2)}, "width.h5": {"z": np.zeros((2, 3))},
            "none.h5": {"z": np.zeros((0, 2))}, "nan.h5": {"z": np.array([[0, np.nan]])},
            "inf.h5": {"z": np.array([[np.inf, 0]])}, "text.h5": {"z": "points"}, "complex.h5": {"z": np.zeros((2, 2), complex)},
        }
        for name, arrays in bad.items():
            self.h5(name, **arrays)
        self.write("plain.h5", "0 0\n")
        self.write("empty.h5", "")
        with h5py.File(self.folder / "absurd.h5", "w") as file:
            file.create_dataset("z", shape=(2**40, 2), dtype="f8", chunks=(1024, 2), compression="gzip")
        with h5py.File(self.folder / "group.h5", "w") as file:
            file.create_group("z")
        for name in [*bad, "plain.h5", "empty.h5", "absurd.h5", "group.h5", "nowhere.h5", "."]:
            with self.subTest(name):
                self.refused(2, "oracle", "tiny.toml", "--time", "1", "--at", name, "--out", "o.h5", says=name)
        self.assertNotIn("o.h5", self.files())

    def test_truncated_points(self):
        self.h5("z.h5", z=np.zeros((50, 2)))
        whole = (self.folder / "z.h5").read_bytes()
        for size in range(0, len(whole), 100):
            (self.folder / "z.h5").write_bytes(whole[:size])
            self.refused(2, *self.oracle("--time", "1"), says="z.h5")

    def test_whole_numbers_and_small_floats_are_read(self):
        for dtype in ("i4", "u1", "f4", ">f8"):
            self.h5("z.h5", z=np.array([[1, 2]], dtype=dtype))
            self.ok(*self.oracle("--time", "1"))
            with h5py.File(self.folder / "o.h5") as file:
                np.testing.assert_array_equal(file["z"], [[1, 2]])


if __name__ == "__main__":
    common.main()
