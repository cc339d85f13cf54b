"""The plumbline side: tests/bench/peer_driver.cpp as a process that takes orders, and the files it shares with this one."""

import os
import subprocess
from pathlib import Path

import numpy as np

HEAD = """\
schema = "plumbline/1"
name = "peer"
seed = 1

[problem]
process = { kind = "ou", horizon = 4.0 }
prior = { kind = "file", path = "prior.npz" }
"""


class Driver:
    """One driver, working in a folder of its own."""

    def __init__(self, program: Path, folder: Path):
        self.folder = folder
        self.process = subprocess.Popen([program.resolve()], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "OMP_NUM_THREADS": "1", "OMP_PROC_BIND": "false"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=60)

    def order(self, line: str) -> str:
        print(line, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline().strip()
        if answer.startswith("error") or not answer:
            raise RuntimeError(f"{line}: {answer or 'the driver died'}")
        return answer

    def problem(self, mixture: dict, observation: str = '{ kind = "none" }'):
        """A mixture as arrays weights, means and variances or covariances, and what is seen of it."""
        np.savez(self.folder / "prior.npz", **mixture)
        (self.folder / "problem.toml").write_text(f"{HEAD}observation = {observation}\n")
        self.order("problem problem.toml")

    def points(self, **arrays):
        np.savez(self.folder / "points.npz", **arrays)
        self.order("points points.npz")

    def _numbers(self, order: str) -> np.ndarray:
        self.order(order)
        return np.fromfile(self.folder / "numbers.bin")

    def work(self, what: str):
        self.order(f"work {what}")

    def numbers(self, seed: int = 1) -> np.ndarray:
        """The work's result, once."""
        return self._numbers(f"check numbers.bin {seed}")

    def reference(self, n: int) -> np.ndarray:
        return self._numbers(f"reference numbers.bin {n}")

    def directions(self, n: int) -> np.ndarray:
        return self._numbers(f"directions numbers.bin {n}")

    def seconds(self, times: int) -> float:
        """Processor seconds of one run of the work, mean over `times`."""
        return float(self.order(f"run {times}"))
