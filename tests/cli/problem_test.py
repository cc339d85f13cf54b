"""score PROBLEM.h5: an exported problem is all that draws are judged by, is bound to its draws, and is believed only when its numbers
belong together. Where draws are wrong is said in words, in JSON, in the file and in a picture."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import common
import h5py
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SPEC = common.SPEC.replace('use = ["mean_error"]', 'use = ["mean_error", "component_mass"]\nmean_error = {}')
DRAWN = SPEC.replace("y = [0.5]", 'y = "draw"')
RANDOM = SPEC.replace('{ kind = "explicit", weights = [1.0, 2.0], means = [[-2.0, 0.0], [2.0, 1.0]], variances = [1.0, 0.5] }',
                      '{ kind = "random", dim = 2, components = 3 }').replace('"mean_error", "component_mass"', '"mean_error"')
POINTS = SPEC.replace('{ kind = "explicit", weights = [1.0, 2.0], means = [[-2.0, 0.0], [2.0, 1.0]], variances = [1.0, 0.5] }',
                      '{ kind = "points", path = "x.csv", bandwidth = 0.5 }')
CLASS = SPEC.replace('kind = "inpainting", observed = [1], y = [0.5]', 'kind = "class", label = 1, classes = [[0], [1]], gamma = 2.0')
CLASS = CLASS[:CLASS.index('[[sampler]]\nkind = "replacement"')] + '[metrics]\nuse = ["mean_error", "component_mass"]\n'


class Problem(common.Case):
    def score(self, code, *words):
        done = self.plumbline("score", *words, "--json")
        self.assertEqual(done.code, code, f"{done.line}\n{done.err}{done.out}")
        return json.loads(done.out)

    def exported(self, spec, *words, draws=200, name="p.h5"):
        self.write("spec.toml", spec)
        self.ok("export-problem", "spec.toml", *words, "--steps", 5, "--draws", draws, "--out", name)
        with h5py.File(self.folder / name) as p:
            np.save(self.folder / "x.npy", p["draws/x"][()])
            return p["draws/x"][()], dict(p.attrs)

    def test_the_exported_problem_judges_as_the_sweep_does(self):
        self.write("x.csv", "1,2.5\n3,4\n2.5,1\n")
        for kind, spec, words in (("explicit", SPEC, []), ("drawn y", DRAWN, ["--replicate", 3]), ("random", RANDOM, []),
                                  ("points", POINTS, []), ("class", CLASS, [])):
            with self.subTest(kind):
                self.exported(spec, *words)
                options = ["--samples", "x.npy", "--null-sets", 20]
                by_sweep = self.score(0, "spec.toml", *words, *options)
                (self.folder / "spec.toml").unlink()
                by_file = self.score(0, "p.h5", *options)
                for key in ("finding", "problem_hash", "not_judged"):
                    self.assertEqual(by_file[key], by_sweep[key])
                for a, b in zip(by_file["judged"]["metrics"], by_sweep["judged"]["metrics"]):
                    self.assertEqual(a["metric"], b["metric"])
                    for number in ("value", "floor", "p_value"):
                        self.assertAlmostEqual(a[number], b[number], delta=1e-9)  # covariances decomposed once more

    def test_files_of_before_are_read(self):
        """They lack metrics (those of the sweep's text are taken), stream and checks; their hash is of the settings alone."""
        for spec in (SPEC, DRAWN):
            self.exported(spec)
            now = self.score(0, "p.h5", "--samples", "x.npy", "--null-sets", 20)
            with h5py.File(self.folder / "p.h5", "a") as p:
                text = f"{p.attrs['process']}\n{p.attrs['prior']}\n\n{p.attrs['observation']}"
                p.attrs["problem_hash"] = hashlib.sha256(text.encode()).hexdigest()
                for name in ("stream", "metrics", "checks"):
                    del p.attrs[name]
                del p["checks"], p["draws/seed"], p["draws/count"]
            before = self.score(0, "p.h5", "--samples", "x.npy", "--null-sets", 20)
            self.assertEqual(before["judged"], now["judged"])

    def test_draws_name_their_problem(self):
        self.exported(SPEC)
        self.ok("draw", "spec.toml", "--sampler", "exact", "--n", 200, "--out", "mine.h5")
        self.score(0, "p.h5", "--samples", "mine.h5", "--null-sets", 20)
        self.score(0, "spec.toml", "--samples", "mine.h5", "--null-sets", 20)
        with h5py.File(self.folder / "mine.h5") as mine:
            hash_of_mine, x = mine.attrs["problem_hash"], mine["x"][()]
        _, other = self.exported(SPEC.replace("y = [0.5]", "y = [0.75]"), name="other.h5")
        np.savez(self.folder / "named.npz", x=x, problem_hash=hash_of_mine)
        np.savez(self.folder / "bytes.npz", x=x, problem_hash=np.array([hash_of_mine.encode()]))
        np.savez(self.folder / "number.npz", x=x, problem_hash=3.0)
        self.score(0, "p.h5", "--samples", "named.npz", "--null-sets", 20)
        for name in ("mine.h5", "named.npz", "bytes.npz"):
            self.refused(2, "score", "other.h5", "--samples", name, says=(name, hash_of_mine, other["problem_hash"], "another"))
        self.refused(2, "score", "p.h5", "--samples", "number.npz", says="one text")

    def test_seeds_and_replicates_are_part_of_a_problem_where_numbers_follow_from_them(self):
        for spec, words in ((DRAWN, ("--replicate", 1)), (DRAWN, ("seed=4",)), (RANDOM, ("seed=4",))):
            _, first = self.exported(spec)
            _, second = self.exported(spec, *words)
            self.assertNotEqual(first["problem_hash"], second["problem_hash"], words)
        _, first = self.exported(SPEC)
        _, second = self.exported(SPEC, "seed=4")
        self.assertEqual(first["problem_hash"], second["problem_hash"])

    def test_reference_draws_say_what_was_checked(self):
        x, attributes = self.exported(SPEC, draws=500)
        with h5py.File(self.folder / "p.h5") as p:
            self.assertEqual((p["draws/seed"][()], p["draws/count"][()], len(x)), (3, 500, 500))
            self.assertTrue(np.all(p["checks/passed"][()] == 1), attributes["checks"])
            names = list(p["checks/check"].asstr())
        for what in ("integrates to 1", "prior × likelihood", "the draws follow the posterior", "the draws have the posterior's mean", "no draw repeats",
                     "in no order"):
            self.assertTrue(any(what in name for name in names), (what, names))
        self.assertEqual(attributes["checks"].count("passed: "), len(names))

    def test_a_file_whose_numbers_do_not_belong_together_is_refused(self):
        self.exported(SPEC)

        def changed(change):
            shutil.copy(self.folder / "p.h5", self.folder / "bad.h5")
            with h5py.File(self.folder / "bad.h5", "a") as p:
                change(p)

        def attribute(name, old, new):
            def change(p):
                p.attrs[name] = p.attrs[name].replace(old, new)
            return change

        def number(name, at, value):
            def change(p):
                p[name][at] = value
            return change

        def without(name):
            def change(p):
                del p[name]
            return change

        for change, says in ((number("observation/y", 0, 0.6), ("observation/y = 0.6", "must be 0.5", "do not belong together")),
                             (number("prior/means", (0, 0), -2.5), ("must be", "do not belong together")),
                             (number("posterior/weights", 0, 0.9), "posterior/weights = 0.9"),
                             (number("prior/means", (0, 0), np.nan), "finite"), (number("prior/weights", 0, -1), "weights"),
                             (attribute("observation", "0.5", "0.25"), ("problem_hash", "not those that it was written with")),
                             (attribute("prior", "explicit", "explicti"), "explicti"), (attribute("process", "{", "["), "process"),
                             (attribute("schema", "plumbline-problem/1", "plumbline/1"), "must be plumbline-problem/1"),
                             (attribute("replicate", "0", "-1"), "replicate"), (attribute("seed", "3", "three"), "seed"),
                             (lambda p: p.create_dataset("wieghts", data=[1.0]), "wieghts"),
                             (lambda p: p.create_dataset("prior/wieghts", data=[1.0]), ("wieghts", "did you mean 'weights'")),
                             (without("posterior/means"), "means"), (without("prior"), "prior")):
            changed(change)
            with self.subTest(says):
                self.refused(2, "score", "bad.h5", "--samples", "x.npy", says=says if isinstance(says, tuple) else (says,))
        self.h5("draws.h5", x=np.zeros((9, 1)))
        self.write("words.h5", "not HDF5")
        for words, says in ((["draws.h5"], "schema"), (["words.h5"], "HDF5"), (["absent.h5"], "absent.h5"), (["p.json"], ".h5"),
                            (["p.h5", "problem.observation.y=[1]"], "cannot be replaced"), (["p.h5", "--replicate", "1"], "--replicate")):
            self.refused(2, "score", *words, "--samples", "x.npy", says=says)

    def test_metrics_can_be_others(self):
        self.exported(SPEC)
        score = self.score(0, "p.h5", 'metrics.use=["marginal_cvm"]', "--samples", "x.npy", "--null-sets", 20)
        self.assertEqual([m["metric"] for m in score["judged"]["metrics"]], ["marginal_cvm"])

    def test_where_draws_are_wrong_is_said_written_and_drawn(self):
        """A shift of 0.4 of the posterior's deviations; and nothing of the kind of exact draws."""
        x, _ = self.exported(CLASS, draws=1500)
        self.assertEqual(self.score(0, "p.h5", "--samples", "x.npy", "--null-sets", 20)["where"], {"lines": [], "silence": ""})
        np.save(self.folder / "bad.npy", x + [0, 0.3])
        bad = self.score(3, "p.h5", "--samples", "bad.npy", "--out", "s.h5")
        line = bad["where"]["lines"][0]
        self.assertEqual((line["kind"], line["right"]), ("location", 0))
        self.assertGreater(line["low"], 0)
        self.assertLess(line["low"], line["value"])
        text = self.plumbline("score", "p.h5", "--samples", "bad.npy").out
        self.assertTrue(text.startswith("bad: inconsistent: "), text)
        self.assertIn(line["text"], " ".join(text.replace("\n", " ").split()))
        with h5py.File(self.folder / "s.h5") as s:
            self.assertEqual(list(s["where/line"].asstr()), [entry["text"] for entry in bad["where"]["lines"]])
            self.assertEqual(s["where/value"][0], line["value"])
            self.assertEqual((s["draws/x"].shape, s["exact/x"].shape), ((1500, 2), (7500, 2)))
        script = [sys.executable, "-B", ROOT / "analysis/score.py"]
        done = subprocess.run([*script, "s.h5", "--figures", "figures"], cwd=self.folder, capture_output=True, text=True, env=os.environ)
        if "ModuleNotFoundError" in done.stderr:
            return  # no matplotlib here
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.folder / "figures/s.png").read_bytes().startswith(b"\x89PNG"))
        wrong = subprocess.run([*script, "p.h5"], cwd=self.folder, capture_output=True, text=True, env=os.environ)
        self.assertIn("plumbline-score/1", wrong.stderr)


if __name__ == "__main__":
    common.main()
