"""A sampler with replicates of its own; and where too few replicates have a number, words say so: nothing prints nan."""

import re

import common
import h5py
import numpy as np

SWEEP = """
schema          = "plumbline/1"
replicates      = {replicates}
draws           = 20
null_replicates = 4

[problem]
process     = {{ kind = "ou", horizon = 2.0 }}
prior       = {{ kind = "explicit", weights = [0.3, 0.7], means = [[-2.0, -1.0], [2.0, 1.0]], variances = [0.5, 0.5] }}
observation = {{ kind = "inpainting", observed = [1], y = {y} }}

[[sampler]]
kind      = "smcdiff"
particles = 20
steps     = 4
pooled    = true

[[sampler]]
kind  = "conditional-score"
steps = 4

[metrics]
use = ["component_mass", "mean_error", "log_evidence_error"]
"""


class FewReplicates(common.Case):
    def test_print_no_nan(self):
        for replicates in (1, 2):
            for y in ("[0.5]", '"draw"'):
                with self.subTest(replicates=replicates, y=y):
                    self.write("few.toml", SWEEP.format(replicates=replicates, y=y))
                    name = f"few{replicates}{len(y)}.h5"
                    self.plumbline("run", "few.toml", "--out", name)
                    for words in (["verify", name, "--read-only"], ["verify", name, "--read-only", "--json"],
                                  ["compare", name, "--paired", "smcdiff,conditional-score"], ["show", name], ["plan", "few.toml"]):
                        said = self.plumbline(*words).out
                        self.assertIsNone(re.search(r"\bnan\b", said, re.I), f"{words}: {said}")

    def test_say_that_one_replicate_gives_no_interval(self):
        self.write("few.toml", SWEEP.format(replicates=1, y="[0.5]"))
        self.plumbline("run", "few.toml", "--out", "one.h5")
        self.assertIn("the one replicate that has it gives no interval", self.plumbline("verify", "one.h5", "--read-only").out)


class OwnReplicates(common.Case):
    def errors(self, name, label):
        with h5py.File(self.folder / name) as file:
            return file[label]["mean_error"][()]

    def test_are_run_kept_and_judged(self):
        self.write("own.toml", common.SPEC.replace('kind = "exact"', 'kind = "exact"\nreplicates = 5', 1))
        self.assertIn("exact has 5 replicates", self.ok("plan", "own.toml").out)
        self.ok("run", "tiny.toml", "--out", "tiny.h5")
        self.ok("run", "own.toml", "--out", "own.h5")
        own, others = self.errors("own.h5", "exact"), self.errors("own.h5", "re")
        self.assertEqual(own.shape[-1], 5)
        self.assertTrue(np.isfinite(own).all())
        np.testing.assert_array_equal(own[..., :2], self.errors("tiny.h5", "exact"))
        np.testing.assert_array_equal(others[..., :2], self.errors("tiny.h5", "re"))
        self.assertTrue(np.isnan(others[..., 2:]).all())
        self.assertIn("only those behind them are run", self.ok("run", "own.toml", "--out", "tiny.h5").err)
        np.testing.assert_array_equal(self.errors("tiny.h5", "exact"), own)
        self.ok("verify", "own.h5")
        self.assertIn("replicates", self.ok("describe", "sampler").out)


if __name__ == "__main__":
    common.main()
