"""Five hot kernels take the instructions that they are recorded to take, within 2 %: seen by callgrind, which counts the same
on a busy machine as on an idle one.

    count.py PROGRAM COMPILER KOKKOS ARCHITECTURE               compares with instructions.toml beside this file
    count.py PROGRAM COMPILER KOKKOS ARCHITECTURE --record      rewrites it

Another compiler or Kokkos makes other instructions of the same code: then this is skipped (77), as it is without valgrind.
A count that fell belongs into the record as well: what is won is held. CONTRIBUTING §6."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import tomllib
except ImportError:
    print("skipped: the record needs Python 3.11 (tomllib)")
    sys.exit(77)

KERNELS = ("score_2d", "score_64d", "product_10d", "systematic", "project")
RECORD = Path(__file__).with_name("instructions.toml")
WITHIN = 0.02
TRIGGER = re.compile(r"^desc: Trigger: --dump-after=counted_(\w+)", re.M)
TOTALS = re.compile(r"^(?:totals|summary): (\d+)", re.M)


def skip(why: str):
    print(f"skipped: {why}")
    sys.exit(77)


def counted(program: str) -> dict[str, int]:
    """Kernel → instructions inside its counted_… function."""
    valgrind = shutil.which("valgrind") or skip("no valgrind on PATH")
    with tempfile.TemporaryDirectory() as folder:
        command = [valgrind, "--tool=callgrind", f"--callgrind-out-file={folder}/out", "--toggle-collect=counted_*",
                   *(f"--dump-after=counted_{name}" for name in KERNELS), program]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_PROC_BIND": "false"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if done.returncode != 0 or done.stdout.split() != ["computed"]:
            sys.exit(f"{program} under valgrind: exit {done.returncode}\n{done.stdout}{done.stderr}")
        counts = {}
        for file in sorted(Path(folder).glob("out.*")):
            text = file.read_text()
            if name := TRIGGER.search(text):
                counts[name[1]] = int(TOTALS.search(text)[1])
    return {name: counts.get(name, 0) for name in KERNELS}


def main() -> int:
    program, compiler, kokkos, architecture = sys.argv[1:5]
    here = {"compiler": compiler, "kokkos": kokkos, "architecture": architecture}
    if sys.argv[5:] == ["--record"]:
        lines = ["# Instructions of hot kernels, one thread, by callgrind; count.py --record writes them.",
                 *(f'{key} = "{value}"' for key, value in here.items()), "", "[instructions]",
                 *(f"{name} = {count}" for name, count in counted(program).items())]
        RECORD.write_text("\n".join(lines) + "\n")
        print(RECORD.read_text(), end="")
        return 0
    record = tomllib.loads(RECORD.read_text())
    for key, value in here.items():
        if record[key] != value:
            skip(f"{key} is {value}, the record's {record[key]}")
    counts, wrong = counted(program), 0
    for name, count in counts.items():
        recorded = record["instructions"].get(name, 0)
        change = count / recorded - 1 if recorded else float("inf")
        fits = abs(change) <= WITHIN
        wrong += not fits
        print(f"{name:12} {count:12} instructions, recorded {recorded:12}: {100 * change:+7.2f} %{'' if fits else '   NOT within 2 %'}")
    if wrong:
        print("More: slower for a reason that is worth it? Less: well done. Either way: count.py … --record, and say why in the commit.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
