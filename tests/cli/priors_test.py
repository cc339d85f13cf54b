"""Priors from users' files, as NumPy, scikit-learn, pandas and h5py write them, and numbers from the wild: each is taken for
what it is, or refused in a line that names file, dataset and row."""

import common
import h5py
import numpy as np

SPEC = """\
schema = "plumbline/1"
name = "wild"
seed = 1
replicates = 2
draws = 64

[problem]
process = {{ kind = "ou", horizon = 4.0 }}
prior = {prior}
observation = {observation}

[[sampler]]
kind = "exact"

[metrics]
use = ["mean_error"]
"""
INPAINTING = '{ kind = "inpainting", observed = [1], y = [0.1] }'
CLASS = '{ kind = "class", label = 0 }'


class Wild(common.Case):
    def spec(self, prior, observation=INPAINTING):
        self.write("wild.toml", SPEC.format(prior=prior, observation=observation))
        return "wild.toml"

    def exported(self, prior, observation=INPAINTING):
        """The prior as export-problem tells it."""
        self.ok("export-problem", self.spec(prior, observation), "--out", "p.h5", "--draws", 2)
        with h5py.File(self.folder / "p.h5") as file:
            return {name: item[()] for name, item in file["prior"].items()}, dict(file.attrs)

    def no(self, prior, *says, observation=INPAINTING):
        return self.refused(2, "plan", self.spec(prior, observation), says=says)


class Files(Wild):
    def savez(self, name="gmm.npz", **arrays):
        np.savez_compressed(self.folder / name, **arrays)

    def test_every_covariance_type_of_scikit_learn_in_float32_and_float64(self):
        random = np.random.default_rng(1)
        for dtype in (np.float32, np.float64):
            k, d = 3, 2
            root = random.normal(size=(k, d, 4))
            full = (root @ root.transpose(0, 2, 1)).astype(dtype)
            full[:, 0, 1] *= dtype(1 + 2e-7) if dtype is np.float32 else dtype(1 + 1e-13)
            symmetric = (full.astype(float) + full.transpose(0, 2, 1)) / 2
            rows, first = np.abs(full[:, 0]), full[:, 0, 0]
            shapes = {"full": (full, symmetric), "tied": (full[0], [symmetric[0]] * k),
                      "diag": (rows, [np.diag(v) for v in rows.astype(float)]),
                      "spherical": (first, [v * np.eye(d) for v in first.astype(float)])}
            means, weights = random.normal(size=(k, d)).astype(dtype), np.array([0.2, 0.3, 0.5], dtype)
            for kind, (covariances, expected) in shapes.items():
                for form in ("npz", "h5"):
                    with self.subTest(f"{dtype.__name__} {kind} {form}"):
                        arrays = {"weights": weights, "means": means, "covariances": covariances}
                        self.savez(**arrays) if form == "npz" else self.h5("gmm.h5", **arrays)
                        prior, _ = self.exported(f'{{ kind = "file", path = "gmm.{form}" }}')
                        np.testing.assert_array_equal(prior["means"], means.astype(float))
                        np.testing.assert_allclose(prior["covariances"], expected, rtol=1e-12)
                        np.testing.assert_allclose(prior["weights"], weights.astype(float) / weights.astype(float).sum(), rtol=1e-14)

    def test_a_mixture_that_scikit_learn_fitted(self):
        try:
            from sklearn.mixture import GaussianMixture
        except ImportError:
            self.skipTest("scikit-learn is absent")
        x = np.random.default_rng(2).normal(size=(500, 3)).astype(np.float32)
        for kind in ("full", "tied", "diag", "spherical"):
            gmm = GaussianMixture(2, covariance_type=kind, random_state=0).fit(x)
            self.savez(weights=gmm.weights_, means=gmm.means_, covariances=gmm.covariances_)
            prior, _ = self.exported('{ kind = "file", path = "gmm.npz" }')
            np.testing.assert_allclose(prior["means"], gmm.means_)
            self.savez(weights_=gmm.weights_, means_=gmm.means_, covariances_=gmm.covariances_)
            self.no('{ kind = "file", path = "gmm.npz" }', "gmm.npz", "did you mean 'weights'?")

    def test_an_exported_problem_is_read_back_to_the_bit(self):
        for spread in ("variances = [1.0, 0.5]", "variances = [[1.0, 2.0], 0.5]",
                       "covariances = [[[1.0, 0.5], [0.5, 2.0]], [[1, 0], [0, 1]]]"):
            with self.subTest(spread):
                given = f'{{ kind = "explicit", weights = [0.0, 1.0], means = [[-2.0, 0.0], [2.0, 1.0]], {spread} }}'
                first, _ = self.exported(given)
                (self.folder / "p.h5").rename(self.folder / "first.h5")
                again, _ = self.exported('{ kind = "file", path = "first.h5" }')
                self.assertEqual(set(first), set(again))
                for name, values in first.items():
                    np.testing.assert_array_equal(again[name], values, name)
                posterior, _ = self.exported('{ kind = "file", path = "first.h5", group = "posterior" }', '{ kind = "none" }')
                self.assertEqual(posterior["means"].shape, (2, 1))

    def test_the_same_threshold_for_every_covariance_of_too_few_draws(self):
        for dtype in (float, np.float32):
            for seed in range(12):
                x = np.random.default_rng(seed).normal(size=(3, 4)).astype(dtype)
                self.h5("thin.h5", means=np.zeros((1, 4)), covariances=np.cov(x.T).astype(dtype)[None])
                self.no('{ kind = "file", path = "thin.h5" }', "thin.h5", "covariances[0] = smallest eigenvalue", "jitter")
            self.ok("plan", self.spec('{ kind = "file", path = "thin.h5", jitter = 1e-3 }'))

    def test_refusals_name_file_dataset_and_row(self):
        means = np.array([[0.0, 1.0], [2.0, 3.0]])
        square = np.array([[2.0, 1.0], [1.0, 2.0]])
        for arrays, says in (
                ({"covariances": square}, ("covariances = shape [2, 2]", "covariance_type")),
                ({"covariances": np.ones((2, 3))}, ("covariances = shape [2, 3]", "K = 2 and D = 2")),
                ({"weights": [1.0, 1.0]}, ("covariances = missing", "variances [K] or [K, D]")),
                ({"variances": [1.0, -1.0]}, ("variances[1] = -1",)),
                ({"variances": [1.0, np.nan]}, ("variances[1] = nan",)),
                ({"variances": [1.0, 1.0], "weights": [1.0, -1.0]}, ("weights[1] = -1",)),
                ({"variances": [1.0, 1.0], "weights": [1e308, 1e308]}, ("weights", "finite sum")),
                ({"variances": [1.0, 1.0], "weigths": [1.0, 1.0]}, ("weigths", "did you mean 'weights'?"))):
            for form in ("npz", "h5"):
                with self.subTest(f"{form} {says}"):
                    self.savez("bad.npz", means=means, **arrays) if form == "npz" else self.h5("bad.h5", means=means, **arrays)
                    self.no(f'{{ kind = "file", path = "bad.{form}" }}', f"bad.{form}", *says)
        self.h5("tied.h5", means=means, covariances=square)
        self.ok("plan", self.spec('{ kind = "file", path = "tied.h5", covariance_type = "tied" }'))
        for name, content in (("gmm.npz", b"PK\5\6"), ("empty.npz", b""), ("text.npz", b"weights")):
            (self.folder / name).write_bytes(content)
            self.no(f'{{ kind = "file", path = "{name}" }}', name)

    def test_damage_of_every_kind_is_the_files_fault(self):
        """Exit 2 and a line that names the file, or a file that still reads; bytes that are flipped are those in use."""
        self.h5("good.h5", means=np.zeros((1, 2)), covariances=np.eye(2)[None])
        good = (self.folder / "good.h5").read_bytes()
        used = [i for i, byte in enumerate(good) if byte]
        for at in used[8::max(1, len(used) // 40)]:
            (self.folder / "bad.h5").write_bytes(good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1:])
            done = self.plumbline("plan", self.spec('{ kind = "file", path = "bad.h5" }'))
            self.assertIn(done.code, (0, 2), f"byte {at}: {done.err}")
            if done.code == 2:
                self.assertEqual(len(done.err.splitlines()), 1, done.err)
                self.assertIn("bad.h5", done.err)

    def test_a_bomb_is_refused_before_it_inflates(self):
        import struct
        import zlib
        raw = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = raw.compress(bytes(1 << 20)) + raw.flush()
        name, size = b"means.npy", 1 << 31
        common_part = struct.pack("<HHHHIIIH", 0, 8, 0, 0, 0, len(packed), size, len(name))
        local = b"PK\3\4" + struct.pack("<H", 20) + common_part + struct.pack("<H", 0) + name + packed
        entry = b"PK\1\2" + struct.pack("<HH", 20, 20) + common_part + struct.pack("<HHHHII", 0, 0, 0, 0, 0, 0) + name
        end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)
        (self.folder / "bomb.npz").write_bytes(local + entry + end)
        self.no('{ kind = "file", path = "bomb.npz" }', "bomb.npz", "can hold")


class Points(Wild):
    def test_points_of_every_kind_of_file_are_the_same_prior(self):
        x = np.random.default_rng(3).normal(size=(5, 2))
        np.save(self.folder / "x.npy", x)
        np.savez(self.folder / "x.npz", x=x)
        self.h5("x.h5", x=x)
        np.savetxt(self.folder / "x.csv", x, delimiter=",", fmt="%r")
        self.write("named.csv", "a,b\n" + "".join(f"{a!r},{b!r}\n" for a, b in x.tolist()))
        for name in ("x.npy", "x.npz", "x.h5", "x.csv", "named.csv"):
            with self.subTest(name):
                prior, _ = self.exported(f'{{ kind = "points", path = "{name}", bandwidth = 0.5 }}')
                np.testing.assert_array_equal(prior["means"], x)
                np.testing.assert_array_equal(prior["variances"], np.full(5, 0.25))
        prior, _ = self.exported('{ kind = "points", path = "x.npy", bandwidth = 0 }', CLASS.replace("label = 0", "label = 0, classes = [[0, 1, 2], [3, 4]]"))
        np.testing.assert_array_equal(prior["variances"], np.zeros(5))

    def test_pandas_files_are_read_as_they_are_meant(self):
        try:
            import pandas as pd
        except ImportError:
            self.skipTest("pandas is absent")
        frame = pd.DataFrame(np.random.default_rng(4).normal(size=(6, 2)))
        for name, options in (("default", {}), ("plain", {"index": False}), ("bare", {"index": False, "header": False}),
                              ("semicolons", {"sep": ";"}), ("tabs", {"sep": "\t"}), ("quoted", {"quoting": 1}),
                              ("crlf", {"lineterminator": "\r\n"}), ("bom", {"encoding": "utf-8-sig"})):
            with self.subTest(name):
                frame.to_csv(self.folder / "x.csv", **options)
                prior, _ = self.exported('{ kind = "points", path = "x.csv", bandwidth = 1 }')
                np.testing.assert_array_equal(prior["means"], frame.values)
        for options, says in (({"decimal": ",", "sep": ";"}, "a number with a decimal point"), ({"encoding": "utf-16"}, "UTF-16"),
                              ({"na_rep": "NA"}, "missing values are not read"), ({"na_rep": ""}, "nothing is here")):
            broken = frame.copy()
            if "na_rep" in options:
                broken.iloc[3, 1] = np.nan
            broken.to_csv(self.folder / "x.csv", **options)
            self.no('{ kind = "points", path = "x.csv", bandwidth = 1 }', "x.csv", says)

    def test_labels_are_the_classes_in_their_order(self):
        self.write("x.csv", "x,y,labels\n1,2.5,b\n3,4,a\n5,6,b\n")
        _, attributes = self.exported('{ kind = "points", path = "x.csv", bandwidth = 1 }', CLASS)
        with h5py.File(self.folder / "p.h5") as file:
            self.assertEqual(file["observation/class_of_component"][()].tolist(), [1, 0, 1])
            np.testing.assert_array_equal(file["posterior/means"], [[3, 4]])
        self.assertIn("classes = [[1], [0, 2]]", attributes["observation"])  # a result says what was asked
        self.ok("run", "wild.toml", "--out", "r.h5")
        self.ok("verify", "r.h5")
        self.no('{ kind = "gaussian", dim = 2 }', "classes", "a prior with labels", observation=CLASS)

    def test_another_content_of_the_file_is_another_problem(self):
        hashes = []
        for row in ("1,2.5", "1,2.25"):
            self.write("x.csv", f"{row}\n3,4\n")
            hashes.append(self.exported('{ kind = "points", path = "x.csv", bandwidth = 1 }')[1]["problem_hash"])
        self.assertNotEqual(*hashes)


class Numbers(Wild):
    def test_a_class_without_weight_is_refused_for_every_number_of_components(self):
        for k in (2, 3, 4, 5, 8, 9):
            prior = (f'{{ kind = "explicit", weights = {[0] + [1] * (k - 1)}, means = {[[i, i] for i in range(k)]}, '
                     f'variances = {[1] * k} }}')
            observation = f'{{ kind = "class", label = 0, classes = [[0], {list(range(1, k))}] }}'
            self.no(prior, "label = 0", "positive prior probability", observation=observation)
            exported, _ = self.exported(prior, observation.replace("label = 0", "label = 1"))
            self.assertEqual(exported["weights"][0], 0)

    def test_lists_of_weights_that_are_none(self):
        for weights, says in (("[]", "one weight per component"), ("[1e308, 1e308]", "finite sum"), ("[0, 0]", "all 0"),
                              ("[1, -1]", "weights"), ("[1, nan]", "weights")):
            self.no(f'{{ kind = "explicit", weights = {weights}, means = [[0, 0], [1, 1]], stddev = [1, 1] }}', "weights", says)

    def test_a_covariance_that_was_printed_from_float32_is_one(self):
        matrix = "[[1.0, 0.12345679], [0.12345678, 2.0]]"
        self.ok("plan", self.spec(f'{{ kind = "gaussian", dim = 2, covariance = {matrix} }}'))
        linear = '{ kind = "linear", A = [[1, 0], [0, 1]], y = [0, 0], noise_covariance = MATRIX }'
        self.ok("plan", self.spec('{ kind = "gaussian", dim = 2 }', linear.replace("MATRIX", matrix)))
        self.no('{ kind = "gaussian", dim = 2 }', "noise_covariance[1][0]", "symmetric",
                observation=linear.replace("MATRIX", "[[1.0, 0.1235], [0.1234, 2.0]]"))

    def test_numbers_on_the_command_line_in_every_spelling(self):
        for spelled, value in ((".5", "0.5"), ("1.", "1.0"), ("+1", "1"), ("+.5e1", "5.0")):
            done = self.ok("plan", self.spec('{ kind = "gaussian", dim = 2 }'), f"problem.process.horizon={spelled}")
            self.assertNotIn("text", done.err)
        self.h5("z.h5", z=[[0.0, 0.0]])
        self.ok("oracle", "wild.toml", "--time", "+.5", "--at", "z.h5", "--out", "o.h5")

    def test_values_whose_posterior_overflows_are_refused_in_words(self):
        mixture = '{ kind = "explicit", means = [[0, 0], [1, 1]], SPREAD }'
        for spread in ("stddev = [1, 1]", "stddev = [[1, 2], 1]", "covariances = [[[1, 0.5], [0.5, 1]], [[1, 0], [0, 1]]]",
                       "stddev = [0, 0]", "stddev = [1e154, 1e-150]"):
            prior = mixture.replace("SPREAD", spread)
            for observation in (INPAINTING.replace("0.1", "1e308"),
                                '{ kind = "linear", A = [[1, 1]], noise = 1, y = [1e308] }',
                                '{ kind = "linear", A = [[1e200, 1e200]], noise = 1, y = [1e300] }',
                                '{ kind = "linear", A = [[1e-200, 1]], noise = 1e150, y = [-1e308] }',
                                '{ kind = "linear", A = [[1, 1]], noise = 1e-200, y = [1e160] }'):
                with self.subTest(f"{spread} {observation}"):
                    done = self.plumbline("plan", self.spec(prior, observation))
                    self.assertIn(done.code, (0, 2), done.err)
                    if done.code == 2:
                        self.assertEqual(len(done.err.splitlines()), 1, done.err)
                        self.assertNotIn("nan", done.err)


if __name__ == "__main__":
    common.main()
