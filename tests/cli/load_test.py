"""One answer: verdicts do not hang on how busy the machine is, on threads, or on shards (no clock decides anything)."""

import json
import os
import subprocess
import sys

import common
import h5py
import numpy as np

SPEC = common.SPEC.replace("\nreplicates = 2", "\nreplicates = 8").replace("null_replicates = 2", "null_replicates = 24") \
    .replace('use = ["mean_error"]', 'use = ["mean_error", "covariance_error", "component_mass"]')
LOOPS = 8
DEEP = os.environ.get("PLUMBLINE_DEEP") == "1"
DRAWS, KINDS = (2000, 3) if DEEP else (300, 2)  # the more there is to do, the more a clock could have decided


class Busy:
    """So many loops that never rest, beside what is run."""

    def __enter__(self):
        self.loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(LOOPS)]

    def __exit__(self, *_):
        for loop in self.loops:
            loop.kill()
            loop.wait()


class Load(common.Case):
    def setUp(self):
        super().setUp()
        self.write("tiny.toml", SPEC)

    def answers(self, *words):
        """Exit code and JSON of one command with 1, 2 and 4 threads, and beside busy loops."""
        found = []
        for threads, busy in ((1, False), (2, False), (4, False), (2, True)):
            environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "OMP_PROC_BIND": "false", "OMP_WAIT_POLICY": "passive"}
            if busy:
                with Busy():
                    done = self.plumbline(*words, env=environment)
            else:
                done = self.plumbline(*words, env=environment)
            found.append((done.code, json.loads(done.out)))
        return found

    def test_score_has_one_answer_for_one_file(self):
        self.ok("draw", "tiny.toml", "sampler.re.kernel=exact", "sampler.re.steps=8", "seed=11", "--sampler", "exact", "--n", DRAWS,
                "--out", "exact.h5")
        with h5py.File(self.folder / "exact.h5") as file:
            x = file["x"][()]
        doubled = np.concatenate([x[: DRAWS // 2], x[: DRAWS // 2]])
        for kind, draws in [("doubled", doubled), ("exact", x), ("stretched", x * 1.2)][:KINDS]:
            with self.subTest(kind):
                np.save(self.folder / f"{kind}.npy", draws)
                answers = self.answers("score", "tiny.toml", "--samples", f"{kind}.npy", "--json")
                self.assertEqual(answers[0][0], {"doubled": 3, "exact": 0, "stretched": 3}[kind])
                for other in answers[1:]:
                    self.assertEqual(other, answers[0])

    def test_verify_has_one_answer_for_one_sweep(self):
        self.ok("run", "tiny.toml", "--out", "whole.h5")
        for shard in ("1/2", "2/2"):
            self.plumbline("run", "tiny.toml", "--out", "shards.h5", "--shard", shard)
        for name in ("whole.h5", "shards.h5"):
            answers = self.answers("verify", name, "--json", "--read-only")
            for other in answers[1:]:
                self.assertEqual(other, answers[0])
            if name == "whole.h5":
                whole = answers[0]
            self.assertEqual(answers[0], whole)


if __name__ == "__main__":
    common.main()
