"""The bill of `plan` beside what `run` really holds at most: neither more nor much less."""

import json
import os
import sys

import common

SWEEP = """\
schema = "plumbline/1"
name = "large"
seed = 1
replicates = 1
draws = {draws}
null_replicates = 0

[problem]
process = {{ kind = "ou", horizon = 4.0 }}
prior = {{ kind = "random", dim = {dim}, components = 4 }}
observation = {{ kind = "inpainting", observed = [0], y = [0.1] }}

[[sampler]]
{sampler}

[metrics]
use = [{metrics}]
"""
FACTOR = 1.5
SMALL = 12e6  # bytes: how much more or less the program itself may take in one run than in another


class Memory(common.Case):
    def peak(self, *arguments):
        """Largest resident set of a call, bytes."""
        pid = os.fork()
        if pid == 0:
            os.chdir(self.folder)
            log = os.open("log", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.execv(self.program, [self.program, *arguments])
        _, status, usage = os.wait4(pid, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0, (self.folder / "log").read_text())
        return 1024 * usage.ru_maxrss

    def test_what_is_predicted_is_held(self):
        self.write("small.toml", SWEEP.format(draws=16, dim=2, sampler='kind = "exact"', metrics='"mean_error"'))
        program = self.peak("run", "small.toml", "--out", "small.h5")
        for name, draws, dim, sampler, metrics in (
            ("draws", 3000000, 5, 'kind = "exact"', '"mean_error", "covariance_error"'),
            ("marginals", 700000, 5, 'kind = "exact"', '"marginal_ks", "mean_error"'),
            ("components", 1500000, 3, 'kind = "exact"', '"component_mean_error", "component_mass"'),
            ("reverse run", 600000, 8, 'kind = "replacement"\nsteps = 2', '"mean_error"'),
            ("particles", 4, 8, 'kind = "smcdiff"\nsteps = 2\nparticles = 500000', '"mean_error"'),
            ("levels", 2, 64, 'kind = "tds"\ntwist = "noise"\nsteps = 60000\nparticles = 2', '"mean_error"'),
        ):
            with self.subTest(name):
                self.write("large.toml", SWEEP.format(draws=draws, dim=dim, sampler=sampler, metrics=metrics))
                bill = json.loads(self.ok("plan", "large.toml", "--json").out)["bytes"]
                held = self.peak("run", "large.toml", "--out", f"{draws}.h5") - program
                said = f"{name}: billed {bill / 1e6:.0f} MB, held {held / 1e6:.0f} MB"
                self.assertGreater(held, 4 * SMALL, said)  # else the program itself is what is measured
                self.assertGreaterEqual(FACTOR * bill, held - SMALL, said)
                self.assertLessEqual(bill, FACTOR * held + SMALL, said)


if __name__ == "__main__":
    if os.environ.get("ASAN_OPTIONS") or os.environ.get("LD_PRELOAD"):
        print("skipped: another allocator counts")
        sys.exit(77)
    common.main()
