"""Runs the benchmark programs of a build, one after the other on one thread, then those of THREADED on more; writes what Google
Benchmark says of each as JSON, with what `plumbline info` says of the build as context. No file names the machine's owner.

    run.py BUILD OUT [--quick] [--threads N]"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

THREADED = ("roof", "growth", "catalogue")  # and which of their rows
THREADED_ROWS = r"limit|growth/[a-z]*/d:(2|64)/K:25/|growth_of/.*/N:(1024|4096)/T:100"
WITHHELD = ("host_name", "executable", "load_avg")


def context(build: Path) -> dict:
    said = subprocess.run([build / "plumbline", "info", "--json"], capture_output=True, text=True, check=True)
    about = json.loads(said.stdout)
    about.pop("host", None)
    about.pop("threads", None)
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"  this machine is busy (load {load:.1f}): what several threads take will not be what they can", file=sys.stderr, flush=True)
    return {**about, "load": round(load, 2)}


def run(program: Path, out: Path, about: dict, threads: int, least: float, rows: str) -> bool:
    """False when a row says that its result is wrong, or the program fails."""
    start = time.monotonic()
    command = [program, f"--benchmark_out={out}", "--benchmark_out_format=json", f"--benchmark_min_time={least}", f"--benchmark_filter={rows}"]
    # Threads that spin while they wait are fastest where nobody else is; more of them than cores never are.
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "OMP_PROC_BIND": "spread" if threads > 1 else "false"}
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment, check=False)
    if done.returncode != 0:
        print(f"  {program.name}: exit {done.returncode}\n{done.stderr}", file=sys.stderr)
        return False
    result = json.loads(out.read_text())
    result["context"] = {**{key: value for key, value in result["context"].items() if key not in WITHHELD}, **about, "threads": threads}
    out.write_text(json.dumps(result, indent=1) + "\n")
    wrong = [row for row in result["benchmarks"] if row.get("error_occurred")]
    for row in wrong:
        print(f"  {row['name']}: {row['error_message']}", file=sys.stderr)
    print(f"  {out.name}: {len(result['benchmarks'])} rows in {time.monotonic() - start:.0f} s", flush=True)
    return not wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--quick", action="store_true", help="every row once, briefly")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="the most that are tried, in powers of two")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    about, least = context(arguments.build), 0.01 if arguments.quick else 0.2
    programs = arguments.build / "tests/bench"
    right = True
    for program in sorted(programs.glob("bench_*"), key=lambda path: (path.name != "bench_roof", path.name)):
        right &= run(program, arguments.out / f"{program.name.removeprefix('bench_')}.json", about, 1, least, ".")
    threads = 2
    while threads <= arguments.threads:
        for name in THREADED:
            right &= run(programs / f"bench_{name}", arguments.out / f"{name}_{threads}_threads.json", about, threads, least, THREADED_ROWS)
        threads *= 2
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
