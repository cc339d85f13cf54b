"""The same work by plumbline and by what else people use for it, side by side: results are compared, then both are timed in
turn, A B A B, on one thread of one core, by processor time; ratios are medians. Data are made here, and plumbline reads them.

    python3 analysis/bench/peers.py [--driver build/default/tests/bench/peer_driver] [--out results/bench]
                                    [--only WORD …] [--rounds 5] [--quick] [--readme README.md]

Writes peers.json and peers.md, a table, which --readme puts into a page between its <!-- peers --> and <!-- /peers -->. Peers are numpy, torch, JAX, KeOps, scikit-learn, particles, POT and
scipy; what is not installed is skipped, and said."""

import argparse
import json
import os
import platform
import sys
import tempfile
from importlib import metadata
from pathlib import Path

CORE = max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
# Before any of them is imported: one thread each.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ.update(JAX_PLATFORMS="cpu", JAX_ENABLE_X64="1", CUDA_VISIBLE_DEVICES="")

from peer import density, filters, measures, samplers, timing  # noqa: E402
from peer.driver import Driver  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("numpy", "torch", "jax", "pykeops", "scikit-learn", "particles", "POT", "scipy")


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())


def versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def every_row(quick: bool) -> list:
    try:
        rows = density.rows()
    except timing.Absent as absent:  # the digits are scikit-learn's
        print(f"skipped: log-densities: {absent}", file=sys.stderr)
        rows = []
    return rows + samplers.rows(quick) + filters.rows(quick) + measures.rows(quick)


def put_into(page: Path, text: str):
    before, mark, rest = page.read_text().partition("<!-- peers -->\n")
    _, end, after = rest.partition("<!-- /peers -->")
    if not (mark and end):
        raise SystemExit(f"{page}: has no <!-- peers --> and <!-- /peers -->")
    page.write_text(before + mark + text + end + after)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--driver", type=Path, default=ROOT / "build/default/tests/bench/peer_driver")
    parser.add_argument("--out", type=Path, default=ROOT / "results/bench", help="folder to write into")
    parser.add_argument("--only", nargs="*", default=[], help="rows whose name has one of these words")
    parser.add_argument("--rounds", type=int, default=5, help="times in turn")
    parser.add_argument("--readme", type=Path, help="page that gets the table")
    parser.add_argument("--quick", action="store_true", help="smaller sizes of what takes long")
    arguments = parser.parse_args()
    if not arguments.driver.exists():
        raise SystemExit(f"{arguments.driver}: no such program; ./run_experiments.sh --bench builds it")
    if CORE is not None:
        os.sched_setaffinity(0, {CORE})
    try:
        timing.module("torch").set_num_threads(1)
    except timing.Absent:
        pass
    found = versions()
    print(f"peers here: {', '.join(f'{name} {version}' for name, version in found.items())}", file=sys.stderr)
    records = []
    with tempfile.TemporaryDirectory() as folder, Driver(arguments.driver, Path(folder)) as driver:
        for row in every_row(arguments.quick):
            if arguments.only and not any(word in row.name for word in arguments.only):
                continue
            print(row.name, file=sys.stderr, flush=True)
            records.append(timing.measure(row, driver, arguments.rounds, 0.05 if arguments.quick else 0.2,
                                          lambda text: print(text, file=sys.stderr, flush=True)))
    arguments.out.mkdir(parents=True, exist_ok=True)
    text = timing.table(records, f"{processor()}; {', '.join(f'{name} {version}' for name, version in found.items())}")
    (arguments.out / "peers.json").write_text(json.dumps({"processor": processor(), "versions": found, "rounds": arguments.rounds,
                                                          "rows": records}, indent=1) + "\n")
    (arguments.out / "peers.md").write_text(text)
    if arguments.readme:
        put_into(arguments.readme, text)
    print(text, end="")


if __name__ == "__main__":
    main()
