"""What the tests of the command line share: running the program in a folder of its own, and a small sweep."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

try:
    import h5py
    import numpy as np
except ImportError as missing:
    if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3") and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])
    print(f"skipped: {missing}")
    sys.exit(77)

SPEC = """\
schema = "plumbline/1"
name = "tiny"
seed = 3
replicates = 2
draws = 64
null_replicates = 2

[problem]
process = { kind = "ou", horizon = 4.0 }
prior = { kind = "explicit", weights = [1.0, 2.0], means = [[-2.0, 0.0], [2.0, 1.0]], variances = [1.0, 0.5] }
observation = { kind = "inpainting", observed = [1], y = [0.5] }

[[sampler]]
kind = "exact"

[[sampler]]
kind = "replacement"
label = "re"
kernel = ["exact", "em"]
steps = [4, 8]

[metrics]
use = ["mean_error"]
"""


class Finished:
    """How a call ended; never by a signal."""

    def __init__(self, done, arguments):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.line = " ".join(["plumbline", *arguments])
        assert self.code >= 0, f"{self.line} died of signal {-self.code}: {self.err}"
        for word in ("Aborted", "terminate called", "Segmentation", "requirement", "AddressSanitizer"):
            assert word not in self.err, f"{self.line}: {self.err}"


class Case(unittest.TestCase):
    """Every test runs in an empty folder that holds tiny.toml."""

    program = ""
    maxDiff = None

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        self.write("tiny.toml", SPEC)

    def tearDown(self):
        self.temporary.cleanup()

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def h5(self, name, **arrays):
        with h5py.File(self.folder / name, "w") as file:
            for key, value in arrays.items():
                file[key] = value

    def plumbline(self, *arguments, timeout=300, **keywords):
        arguments = [str(a) for a in arguments]
        done = subprocess.run([self.program, *arguments], cwd=self.folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=timeout, **keywords)
        return Finished(done, arguments)

    def ok(self, *arguments):
        done = self.plumbline(*arguments)
        self.assertEqual(done.code, 0, f"{done.line}\n{done.err}")
        return done

    def refused(self, code, *arguments, says=()):
        """Exit code, nothing on standard output, one clear line that says these things."""
        done = self.plumbline(*arguments)
        self.assertEqual(done.code, code, f"{done.line}\n{done.err}{done.out}")
        self.assertEqual(done.out, "", done.line)
        self.assertEqual(len(done.err.splitlines()), 1, f"{done.line}\n{done.err}")
        for part in (says,) if isinstance(says, str) else says:
            self.assertIn(part, done.err, done.line)
        return done

    def files(self):
        return sorted(p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*"))


def contents(path):
    """Every data set of a result file, as bytes, and what is said of it, but for times."""
    found = {}

    def plain(value):
        value = np.asarray(value)
        return value.tolist() if value.dtype.hasobject else (value.dtype.str, value.tobytes())

    def note(name, item):
        if isinstance(item, h5py.Dataset) and "wall_seconds" not in name:
            found[name] = plain(item[()])
            for key, value in item.attrs.items():
                if key not in ("DIMENSION_LIST", "REFERENCE_LIST"):  # addresses in the file
                    found[f"{name}.{key}"] = plain(value)

    with h5py.File(path) as file:
        file.visititems(note)
    return found


def main():
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} PLUMBLINE [TEST …]")
    Case.program = str(Path(sys.argv.pop(1)).resolve())
    # Tests run side by side: threads that spin while they wait would take the others' cores.
    for name, value in (("OMP_NUM_THREADS", "2"), ("OMP_WAIT_POLICY", "passive"), ("OMP_PROC_BIND", "false")):
        os.environ.setdefault(name, value)
    unittest.main(module="__main__", verbosity=1)
