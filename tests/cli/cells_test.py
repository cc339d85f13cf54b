"""Many tiny cells: what a cell costs beyond its sampler, how many files there are on the way, how long a merge takes.
PLUMBLINE_DEEP in the environment asks for ten thousand of them."""

import os
import resource
import subprocess
import threading

import common
import h5py

CELLS = 10_000 if os.environ.get("PLUMBLINE_DEEP") else 1000

SPEC = """\
schema = "plumbline/1"
name = "many"
replicates = 1
draws = 4
null_replicates = 8

[problem]
process = { kind = "ou", horizon = 4.0 }
prior = { kind = "explicit", weights = [1.0, 2.0], means = [[-2.0], [2.0]], variances = [1.0, 0.5] }
observation = { kind = "linear", A = [[1.0]], noise = 0.5, y = [0.5] }

[[sampler]]
kind = "langevin"
langevin_steps = 1
langevin_step = { lin = [0.001, 0.01, CELLS] }

[metrics]
use = ["mean_error", "covariance_error"]
"""


class Cells(common.Case):
    def setUp(self):
        super().setUp()
        self.write("many.toml", SPEC.replace("CELLS", str(CELLS)))

    def timed(self, *words):
        """How it ended, CPU seconds and the most files there were beside the output."""
        most = [0]
        going = threading.Event()

        def watch():
            while not going.wait(0.02):
                try:
                    most[0] = max(most[0], len(os.listdir(self.folder / "m.h5.parts")))
                except OSError:
                    pass

        thread = threading.Thread(target=watch)
        thread.start()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([self.program, *words], cwd=self.folder, capture_output=True, text=True,
                              env=os.environ | {"OMP_NUM_THREADS": "1"})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        going.set()
        thread.join()
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return done, cpu, most[0]

    def test_a_tiny_cell_costs_a_millisecond_few_files_and_a_short_merge(self):
        half, cpu, files = self.timed("run", "many.toml", "--out", "m.h5", "--shard", "1/2")
        self.assertEqual(half.returncode, 0, half.stderr)
        merged, merging, _ = self.timed("merge", "many.toml", "--out", "m.h5")
        self.assertEqual(merged.returncode, 4, merged.stderr)
        rest, more, more_files = self.timed("run", "many.toml", "--out", "m.h5")
        self.assertEqual(rest.returncode, 0, rest.stderr)
        with h5py.File(self.folder / "m.h5") as file:
            self.assertEqual(file["langevin/status"].shape, (CELLS, 1))
            self.assertFalse(file["langevin/status"][()].any())
            sampling = file["langevin/wall_seconds"][()].sum()
        print(f"{CELLS} cells: {1000 * (cpu + more - sampling) / CELLS:.3f} ms of CPU each beyond the sampler's "
              f"{1000 * sampling / CELLS:.3f}, {max(files, more_files)} files, {merging:.2f} s of CPU to merge half of them")
        self.assertLessEqual(max(files, more_files), 200)
        self.assertLess(merging, 5)  # CPU: what others do on this machine is not the question
        # The start of a program and a plan are in it, three times.
        self.assertLess((cpu + more - sampling) / CELLS, 0.001 if CELLS >= 10_000 else 0.002)


if __name__ == "__main__":
    common.main()
