"""score: draws of every origin are judged, wrong ones found, and every kind of bad file refused in one line."""

import json
import subprocess
import sys
from pathlib import Path

import common
import h5py
import numpy as np

SPEC = common.SPEC.replace('use = ["mean_error"]', 'use = ["mean_error", "covariance_error", "component_mass", "log_evidence_error"]')
EXAMPLES = Path(__file__).resolve().parents[2] / "analysis/examples"
METRICS = ("mean_error", "covariance_error", "component_mass")


class Score(common.Case):
    def setUp(self):
        super().setUp()
        self.write("tiny.toml", SPEC)
        self.ok("export-problem", "tiny.toml", "--steps", 100, "--draws", 600, "--out", "p.h5")
        with h5py.File(self.folder / "p.h5") as p:
            self.x = p["draws/x"][()]

    def score(self, code, *words):
        done = self.plumbline("score", "tiny.toml", *words, "--json")
        self.assertEqual(done.code, code, f"{done.line}\n{done.err}{done.out}")
        return json.loads(done.out)

    def test_the_same_draws_in_any_file_get_the_same_numbers(self):
        everywhere = np.column_stack([self.x, np.full(len(self.x), 0.5)])  # y = 0.5 in coordinate 1
        np.save(self.folder / "a.npy", self.x)
        np.save(self.folder / "b.npy", self.x[:, 0].astype(">f8"))
        np.save(self.folder / "c.npy", np.asfortranarray(everywhere))
        np.savetxt(self.folder / "d.csv", self.x, header="x0")
        np.savetxt(self.folder / "e.txt", np.column_stack([self.x, np.full(len(self.x), 7.0)]), header="x0 log_w")
        self.h5("f.h5", x=self.x, log_w=np.full(len(self.x), -3.0))
        self.h5("g.h5", x=self.x[None])
        scores = [self.score(0, "--samples", f, "--batches", 1, "--null-sets", 30) for f in
                  ("a.npy", "b.npy", "c.npy", "d.csv", "e.txt", "f.h5", "g.h5")]
        for score in scores:
            self.assertEqual(score["judged"], scores[0]["judged"])
            self.assertEqual(score["not_judged"], ["log_evidence_error"])
        self.assertEqual([m["metric"] for m in scores[0]["judged"]["metrics"]], list(METRICS))

    def test_exact_draws_are_consistent_and_shifted_ones_are_not(self):
        np.save(self.folder / "good.npy", self.x)
        good = self.score(0, "--samples", "good.npy", "--out", "s.h5")
        self.assertEqual((good["label"], good["sets"], good["draws"]), ("good", 1, 600))
        self.assertIn(good["finding"], ("consistent", "unresolved"))  # 93 % of exact sets are cleared
        # Holm over 3 tests at 0.01 (metrics, neighbours, order): one set among R + 1 reaches it when 3/(R + 1) < 0.01.
        self.assertEqual(good["judged"]["null_sets"], 300)
        self.assertEqual([e["aspect"] for e in good["excluded"]], ["location", "spread", "tails", "masses"])
        with h5py.File(self.folder / "s.h5") as s:
            self.assertEqual(s.attrs["finding"], good["finding"])
            self.assertEqual(s["list_null/repeated"].shape, (300,))
            self.assertEqual(s["judged_null/mean_error"].shape, (good["judged"]["null_sets"],))
            np.testing.assert_array_equal(s["judged_verdict/p_value"], [m["p_value"] for m in good["judged"]["metrics"]])
            self.assertEqual(list(s["judged_verdict/metric"].asstr()), list(METRICS))

        # The posterior's deviation is 2.0: a shift of 0.5 is 6 standard errors of the mean of 600 draws, beyond all 300 null sets.
        np.save(self.folder / "bad.npy", self.x + 0.5)
        bad = self.score(3, "--samples", "bad.npy", "--label", "shifted")
        self.assertEqual((bad["label"], bad["finding"]), ("shifted", "inconsistent"))
        self.assertLess(bad["judged"]["p_adjusted"], 0.01)
        self.assertEqual(bad["excluded"], [])
        text = self.plumbline("score", "tiny.toml", "--samples", "bad.npy")
        self.assertEqual(text.code, 3)
        for part in ("metric", "excess ± se", "mean_error", "inconsistent: mean_error is"):
            self.assertIn(part, text.out)

    def test_lists_that_are_no_independent_draws(self):
        """The right law in a list that exact draws do not make: found by neighbours or order, whatever the seed."""
        rng = np.random.default_rng(3)
        kept = self.x[:300]
        for name, x, says in (
                ("sorted", np.sort(self.x, axis=0), "draws 1 apart have correlation 0.9"),
                ("twice", np.repeat(kept, 2, axis=0), "300 of 600 draws repeat an earlier one"),
                ("shuffled", rng.permutation(np.repeat(kept, 2, axis=0)), "300 of 600 draws repeat an earlier one"),
                ("jittered", rng.permutation(np.concatenate([kept, kept + 1e-9])), "from their nearest neighbour"),
                ("turns", np.where((np.arange(600) % 2 == 0)[:, None], np.sort(self.x, axis=0), np.sort(self.x, axis=0)[::-1]), "have correlation")):
            with self.subTest(name):
                np.save(self.folder / f"{name}.npy", x)
                score = self.score(3, "--samples", f"{name}.npy")
                self.assertIn(score["finding"], ("not_independent", "inconsistent"))
                self.assertIn(says, score["sentence"])

    def test_draws_that_went_through_float32_or_text_are_compared_with_such(self):
        for name, x, precision in (("single", self.x.astype(np.float32), "float32"), ("text", np.round(self.x, 2), "2 decimals")):
            with self.subTest(name):
                np.save(self.folder / f"{name}.npy", x)
                score = self.score(0, "--samples", f"{name}.npy")
                self.assertEqual(score["precision"], precision)
                self.assertIn(precision, " ".join(score["notes"]))

    def test_what_cannot_be_judged_is_said_by_name_and_never_consistent(self):
        """One component: its mass is 1 whatever the draws. Exploded draws: worse by every metric."""
        self.write("one.toml", "\n".join(line if not line.startswith("prior") else 'prior = { kind = "gaussian", dim = 2 }'
                                         for line in common.SPEC.replace('"mean_error"', '"component_mass"').splitlines()))
        self.ok("export-problem", "one.toml", "--steps", 10, "--draws", 400, "--out", "one.h5")
        with h5py.File(self.folder / "one.h5") as p:
            right = p["draws/x"][()]
        for name, x in (("right", right), ("wrong", 3 * right + 5)):
            np.save(self.folder / f"{name}.npy", x)
            done = self.plumbline("score", "one.toml", "--samples", f"{name}.npy", "--json")
            score = json.loads(done.out)
            self.assertEqual(score["finding"], "unresolved", name)
            self.assertIn("component_mass cannot be judged here", " ".join(score["notes"]))
        np.save(self.folder / "exploded.npy", self.x * 1e155)
        score = self.score(3, "--samples", "exploded.npy")
        self.assertEqual(score["finding"], "inconsistent")

    def test_two_files_of_draws_are_compared_without_a_problem(self):
        rng = np.random.default_rng(7)
        np.save(self.folder / "a.npy", rng.standard_normal((400, 2)))
        np.savetxt(self.folder / "b.csv", rng.standard_normal((500, 2)), delimiter=",", header="u,v", comments="")
        self.h5("c.h5", x=rng.standard_normal((300, 2)) + [0.6, 0])
        same = json.loads(self.ok("compare", "--draws", "a.npy", "b.csv", "--json").out)
        self.assertEqual((same["differ"], same["draws_a"], same["draws_b"]), (False, 400, 500))
        self.assertLess(same["shift_bound"], 0.5)
        other = self.plumbline("compare", "a.npy", "c.h5", "--draws")
        self.assertEqual(other.code, 1, other.err)
        self.assertIn("different laws (p = ", other.out)
        np.save(self.folder / "three.npy", np.zeros((50, 3)))
        np.save(self.folder / "few.npy", np.zeros((5, 2)))
        np.save(self.folder / "huge.npy", np.full((50, 2), 1e155))
        for words, says in ((["a.npy", "three.npy"], "must be 2, as in a.npy"), (["a.npy", "few.npy"], "must be at least 8"),
                            (["a.npy", "huge.npy"], "1e150"), (["a.npy"], "needs two files"), (["a.npy", "b.csv", "--tolerance", "1"], "--tolerance"),
                            (["a.npy", "absent.npy"], "absent.npy")):
            with self.subTest(" ".join(words)):
                self.refused(2, "compare", "--draws", *words, says=says)

    def test_weights_count(self):
        """Draws of N(0, 4) weighted towards the posterior are not inconsistent; without their weights they are."""
        rng = np.random.default_rng(5)
        x = 2.5 * rng.standard_normal(4000)
        with h5py.File(self.folder / "p.h5") as p:
            w, m, v = (p["posterior"][n][()].reshape(-1) for n in ("weights", "means", "variances"))
        log_p = np.log(np.exp(-(x[:, None] - m) ** 2 / (2 * v)) / np.sqrt(v) @ w)
        self.h5("weighted.h5", x=x, log_w=log_p + x**2 / 12.5)
        self.h5("plain.h5", x=x)
        weighted = self.score(0, "--samples", "weighted.h5")
        self.assertNotEqual(weighted["finding"], "inconsistent")
        self.assertLess(weighted["effective_draws"], 3500)
        self.assertEqual(weighted["judged"]["draws"], weighted["effective_draws"])
        self.assertEqual(self.score(3, "--samples", "plain.h5")["finding"], "inconsistent")
        self.refused(2, "score", "tiny.toml", "--samples", "weighted.h5", "--batches", 4, says="--batches")

    def test_files_and_leading_dimensions_are_replicates(self):
        np.save(self.folder / "all.npy", self.x.reshape(6, 100, 1))
        for r in range(6):
            np.save(self.folder / f"r{r}.npy", self.x[100 * r:100 * (r + 1)])
        files = [word for r in range(6) for word in ("--samples", f"r{r}.npy")]
        one, many = (self.score(0, *words, "--batches", 1) for words in (["--samples", "all.npy"], files))
        self.assertEqual(one["judged"], many["judged"])
        self.assertEqual((one["sets"], one["draws"]), (6, 100))
        cut = self.score(0, "--samples", "all.npy", "--batches", 5)
        self.assertEqual((cut["judged"]["sets"], cut["judged"]["draws"]), (30, 20))

    def test_too_few_null_sets_are_said_to_be_too_few(self):
        np.save(self.folder / "bad.npy", self.x + 5)
        score = self.score(0, "--samples", "bad.npy", "--null-sets", 20, "--batches", 1)
        self.assertEqual(score["finding"], "unresolved")
        self.assertIn("nothing can be found inconsistent; 300 sets", " ".join(score["notes"]))

    def test_examples_are_judged_as_they_deserve(self):
        for example, code, findings in (("numpy_dps", 3, ["inconsistent"]), ("numpy_exact", 0, ["consistent", "unresolved"])):
            with self.subTest(example):
                subprocess.run([sys.executable, "-B", EXAMPLES / f"{example}.py", "p.h5", "x.npy"], cwd=self.folder, check=True)
                self.assertIn(self.score(code, "--samples", "x.npy")["finding"], findings)

    def test_bad_files_and_options(self):
        x = self.x
        with_nan, with_inf = x.copy(), x.copy()
        with_nan[17], with_inf[3] = np.nan, -np.inf
        self.h5("dimension.h5", x=np.zeros((9, 3)))
        self.h5("nan.h5", x=with_nan)
        np.save(self.folder / "inf.npy", with_inf)
        self.h5("weightless.h5", x=x, log_w=np.full(len(x), -np.inf))
        self.h5("one_weight.h5", x=x, log_w=np.where(np.arange(len(x)) == 1, 0, -np.inf))
        self.h5("short_weights.h5", x=x, log_w=np.zeros(7))
        self.h5("nan_weights.h5", x=x, log_w=np.full(len(x), np.nan))
        self.h5("single.h5", x=x[:1])
        self.h5("none.h5", x=x[:0])
        self.h5("other.h5", y=x)
        self.h5("text.h5", x=[b"a", b"b"])
        with h5py.File(self.folder / "group.h5", "w") as file:
            file["x"] = x
            file.create_group("log_w")
        with h5py.File(self.folder / "lies.h5", "w") as file:
            file.create_dataset("x", (1 << 40, 1 << 20), dtype="f8", chunks=(1 << 10, 1 << 10))
        self.write("words.h5", "not HDF5")
        (self.folder / "empty.h5").write_bytes(b"")
        (self.folder / "empty.npy").write_bytes(b"")
        self.write("empty.csv", "")
        np.save(self.folder / "whole.npy", x)
        whole = (self.folder / "whole.npy").read_bytes()
        (self.folder / "cut.npy").write_bytes(whole[:-5])
        (self.folder / "head.npy").write_bytes(whole[:50])
        # As many characters, so that the length of the header still holds.
        (self.folder / "huge.npy").write_bytes(whole.replace(b"(600, 1), }         ", b"(600000000000, 1), }"))
        np.save(self.folder / "objects.npy", np.array([{}, 1], dtype=object), allow_pickle=True)
        np.save(self.folder / "complex.npy", x.astype(complex))
        np.save(self.folder / "strings.npy", np.array(["a", "b"]))
        np.save(self.folder / "records.npy", np.zeros(5, dtype=[("a", "f8"), ("b", "f8")]))
        np.save(self.folder / "observed.npy", np.column_stack([x, np.full(len(x), 0.5001)]))
        self.write("ragged.csv", "1,2\n3,4\n5,6,7\n8,9\n")
        self.write("text.csv", "1\n2\nthree\n")
        self.write("misnamed.csv", "x,logw\n1,0\n2,0\n")
        self.h5("misnamed.h5", x=x, logw=np.zeros(len(x)))
        self.write("draws.pickle", "")
        (self.folder / "folder.h5").mkdir()
        (self.folder / "folder.csv").mkdir()
        before = self.files()
        for name, says in (
                ("dimension.h5", ("x = 3 columns", "1 free coordinates, or all 2")), ("nan.h5", "x[17, 0] = nan"),
                ("inf.npy", "x[3, 0] = -inf"), ("weightless.h5", "log_w = -inf everywhere"), ("one_weight.h5", "effective sample size 1"),
                ("short_weights.h5", ("log_w = shape [7]", "600")), ("nan_weights.h5", "log_w[0] = nan"),
                ("single.h5", "at least 2 draws"), ("none.h5", "x = shape [0, 1]"), ("other.h5", "'y': nobody reads it"),
                ("text.h5", "x = text"), ("group.h5", "log_w = a group"), ("lies.h5", "x = shape [1099511627776, 1048576]"),
                ("words.h5", "HDF5"), ("empty.h5", "HDF5"), ("empty.npy", "0 bytes"), ("empty.csv", "no numbers"),
                ("cut.npy", "promises 4800 bytes of numbers, the file holds 4795"), ("head.npy", "header"),
                ("huge.npy", "shape = (600000000000, 1)"), ("objects.npy", "pickled Python objects are never read"),
                ("complex.npy", "descr = '<c16'"), ("strings.npy", "descr = '<U1'"), ("records.npy", "structured"),
                ("observed.npy", ("x[0, 1] = 0.5001", "0.5, the observed value")), ("ragged.csv", "ragged.csv:3:1: line = 3 fields: 2"),
                ("text.csv", "text.csv:3:1: field 1 = 'three'"), ("misnamed.csv", "misnamed.csv:1:3: column 2 = 'logw': log_w"),
                ("misnamed.h5", "did you mean 'log_w'?"),
                ("draws.pickle", "must end in"), ("folder.h5", "folder.h5"), ("folder.csv", "folder.csv"), ("absent.npy", "absent.npy"),
                ("absent.h5", "absent.h5"), ("", "must end in")):
            with self.subTest(name):
                done = self.refused(2, "score", "tiny.toml", "--samples", name, "--out", "s.h5", says=says)
                self.assertIn(name, done.err)
        for words, says in (
                ([], "--samples"), (["--samples", "whole.npy", "--level", "2"], "--level"), (["--samples", "whole.npy", "--level", "0"], "--level"),
                (["--samples", "whole.npy", "--margin", "-1"], "--margin"), (["--samples", "whole.npy", "--null-sets", "1"], "--null-sets"),
                (["--samples", "whole.npy", "--batches", "301"], "--batches"), (["--samples", "whole.npy", "problem.process.horizon=1,2"], "one value"),
                (["--samples", "whole.npy", "--samples", "single.h5"], "single.h5"),
                (["--samples", "whole.npy", "metrics.use=log_evidence_error"], "metrics.use")):
            with self.subTest(" ".join(words)):
                self.refused(2, "score", "tiny.toml", *words, "--out", "s.h5", says=says)
        self.refused(1, "score", "tiny.toml", "--samples", "whole.npy", "--out", "nowhere/s.h5", says="nowhere")
        self.assertEqual(self.files(), before)


if __name__ == "__main__":
    common.main()
