"""A sweep whose list of metrics changes: what is added is measured on the same draws, and the result file is the one of a
run from scratch, data set by data set. One whose tolerances change: nothing is run, and the file says so."""

import common
import h5py

SPEC = """\
schema = "plumbline/1"
name = "measured"
seed = 11
replicates = 3
draws = 120
null_replicates = 4
samples = 2

[problem]
process = { kind = "ou", horizon = 4.0 }
prior = { kind = "grid", dim = [2, 3], components = 4 }
observation = { kind = "inpainting", observed = [0], y = "draw" }

[[sampler]]
kind = "replacement"
steps = [5, 20]

[[sampler]]
kind = "smcdiff"
particles = 16
steps = 20

[[sampler]]
kind = "particle-gibbs"
particles = 8
steps = 10
burn_in = 5

[metrics]
use = [METRICS]
"""
FEW = ["mean_error", "sliced_wasserstein_2", "rank_coordinate"]
# In another order, with projections, pairs, chains, evidence and ranks among them; one of the few is gone.
MANY = ["energy_distance", "rank_coordinate", "sliced_wasserstein_1", "log_evidence_error", "mean_error", "mmd",
        "effective_draws", "rank_log_likelihood"]


class Metrics(common.Case):
    def spec(self, metrics):
        self.write("m.toml", SPEC.replace("METRICS", ", ".join(f'"{m}"' for m in metrics)))

    def fresh(self, metrics, *words):
        self.spec(metrics)
        self.ok("run", "m.toml", "--out", "fresh.h5", "--force", *words)
        return common.contents(self.folder / "fresh.h5")

    def assert_fresh(self, metrics, *words):
        expected, found = self.fresh(metrics, *words), common.contents(self.folder / "m.h5")
        self.assertEqual(found.keys(), expected.keys())
        for key, value in expected.items():
            self.assertEqual(found[key], value, key)

    def sampled(self, name):
        """Seconds that samplers took, per cell and replicate: other ones when they ran again."""
        with h5py.File(self.folder / name) as file:
            return [file[f"{label}/wall_seconds"][()].tolist() for label in ("replacement", "smcdiff", "particle-gibbs")]

    def test_added_ones_are_measured_on_the_same_draws(self):
        self.spec(FEW)
        self.ok("run", "m.toml", "--out", "m.h5")
        before = common.contents(self.folder / "m.h5")
        self.spec(MANY)
        self.assertIn("only lack metrics", self.ok("plan", "m.toml", "--out", "m.h5").out)
        done = self.ok("run", "m.toml", "--out", "m.h5")
        self.assertIn("metric energy_distance is new", done.err)
        self.assertIn("metric sliced_wasserstein_2 is gone", done.err)
        self.assertIn("their draws are made again, and only what is new is measured", done.err)
        self.assertNotIn("not those stored", done.err)
        self.assert_fresh(MANY)
        after = common.contents(self.folder / "m.h5")
        for label in ("replacement", "smcdiff", "particle-gibbs", "null"):
            self.assertEqual(after[f"{label}/mean_error"], before[f"{label}/mean_error"])

    def test_a_change_of_order_or_a_removal_samples_nothing(self):
        self.spec(MANY)
        self.ok("run", "m.toml", "--out", "m.h5")
        seconds = self.sampled("m.h5")
        for metrics in (MANY[::-1], MANY[1::2]):
            self.spec(metrics)
            self.assertIn("cells were done", self.ok("run", "m.toml", "--out", "m.h5").err)
            self.assertEqual(self.sampled("m.h5"), seconds)
            self.assert_fresh(metrics)

    def test_a_setting_changed_on_the_command_line_is_known_afterwards(self):
        projections = "metrics.sliced_wasserstein_2.projections=7"
        self.spec(FEW)
        self.ok("run", "m.toml", "--out", "m.h5", projections)
        with h5py.File(self.folder / "m.h5") as file:
            self.assertIn("projections = 7", file["null/sliced_wasserstein_2"].attrs["settings"])
        done = self.ok("run", "m.toml", "--out", "m.h5")
        self.assertIn("settings of metric sliced_wasserstein_2 changed; their draws are made again, and only what is new",
                      done.err)
        self.assert_fresh(FEW)
        self.refused(2, "plan", "m.toml", "metrics.mmd.reference=2", says="command line: metrics.mmd: is not measured")
        self.spec(FEW[:1])
        seconds = self.sampled("m.h5")
        self.assertIn("cells were done", self.ok("run", "m.toml", "--out", "m.h5").err)
        self.assertEqual(self.sampled("m.h5"), seconds)

    def test_values_of_other_draws_are_measured_anew(self):
        self.spec(FEW)
        self.ok("run", "m.toml", "--out", "m.h5")
        with h5py.File(self.folder / "m.h5", "r+") as file:  # as if another machine had rounded otherwise
            file["smcdiff/draws_digest"][0, 1] += 1
            file["smcdiff/mean_error"][0, 1] = 77
        self.spec(MANY)
        done = self.ok("run", "m.toml", "--out", "m.h5")
        self.assertIn("in 1 of the replicates and sets the draws are not those stored", done.err)
        self.assert_fresh(MANY)

    def test_a_complete_file_takes_the_tolerances_that_its_sweep_says_now(self):
        def tolerance(name):
            with h5py.File(self.folder / name) as file:
                return [text for text in file.attrs["tolerances"] if text.startswith("tolerance.location")]

        self.ok("run", "tiny.toml", "--out", "r.h5")
        self.ok("run", "tiny.toml", "--out", "usual.h5")
        self.assertEqual(tolerance("r.h5"), ["tolerance.location = 0.25"])
        done = self.ok("run", "tiny.toml", "tolerance.location=0.5", "--out", "r.h5")
        self.assertIn("all 5 cells were done", done.err)
        self.assertEqual(tolerance("r.h5"), ["tolerance.location = 0.5"])
        self.refused(2, "merge", "usual.h5", "r.h5", "--out", "c.h5", says="tolerance.location = 0.25, not 0.5")

        # by these the file is judged, by these it is held
        self.assertEqual(self.plumbline("verify", "r.h5").code, 0)
        with h5py.File(self.folder / "r.h5") as file:
            self.assertIn("tolerance.location = 0.5", list(file["look"].attrs["rules"]))
        self.ok("run", "tiny.toml", "tolerance.location=0.1", "--out", "r.h5")
        self.refused(2, "verify", "tiny.toml", "tolerance.location=0.1", "--out", "r.h5",
                     says="froze tolerance.location = 0.5")


if __name__ == "__main__":
    common.main()
