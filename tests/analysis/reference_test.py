"""The committed result of one small sweep is what this build computes.

    reference_test.py PLUMBLINE REPOSITORY STEM"""

import subprocess
import sys
import tempfile
from pathlib import Path

program, repository, stem = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
with tempfile.TemporaryDirectory() as folder:
    out = Path(folder) / f"{stem}.h5"
    spec = repository / "experiments" / f"{stem}.toml"
    subprocess.run([program, "run", spec, "--quick", "samples=0", "--out", out], check=True, capture_output=True)
    sys.exit(subprocess.run([program, "compare", repository / "results" / "reference" / f"{stem}.h5", out]).returncode)
