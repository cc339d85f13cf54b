"""Every planted bug of mutants.toml must be caught: by `plumbline verify` on a sweep of sweeps/, by a test of the suite,
or by both, as its entry says; where no verdict can see it the entry says why. First all those checks must pass with
every bug asleep.

    hunt.py ROOT FOLDER [ID …]    FOLDER holds the planted programs; writes FOLDER/hunt.md and hunt.csv

A check of a mutant is a process with PLUMBLINE_PLANTED set to its number, on one thread; as many at once as there are
processors. Seconds are processor time, which a busy machine does not lengthen; score evaluations are those that the
sweep asks for.
"""

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from plant import Mutant, load

LONGEST = 600  # seconds that a check may take
QUIET = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", "OMP_PROC_BIND": "false"}


def severity(claim: dict) -> tuple[bool, float]:
    """Contradicted claims first, then by p-value: the finest cell may be off while its limit is not yet judged."""
    return not claim["contradicted"], claim["p_adjusted"]


def accusation(claim: dict) -> str:
    place = f"{claim['label']} {claim['place']}".strip()
    what = "claim contradicted" if claim["contradicted"] else "off at its finest budget"
    return f"{place}: {what}, {claim['deciding_metric']}, p = {claim['p_adjusted']:.0e}"


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str
    seconds: float


@dataclass(frozen=True)
class Outcome:
    mutant: int  # 0: none
    check: str
    caught: bool
    by: str  # what said so, or what went wrong
    evaluations: int = 0
    seconds: float = 0
    broken: bool = False  # the check itself could not be run


class Hunt:
    def __init__(self, root: Path, folder: Path, scratch: Path):
        self.sweeps = root / "tests/mutation/sweeps"
        self.folder, self.scratch = folder, scratch

    def start(self, program: str, words: list[str], number: int) -> Done:
        environment = os.environ | QUIET | {"PLUMBLINE_PLANTED": str(number)}
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            process = subprocess.Popen([self.folder / f"planted_{program}", *words], env=environment,
                                       stdout=out, stderr=err)
            late = threading.Timer(LONGEST, process.kill)
            late.start()
            _, status, used = os.wait4(process.pid, 0)
            if not late.is_alive():
                raise TimeoutError(f"{program} took more than {LONGEST} s")
            late.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            return Done(process.returncode, out.read(), err.read(), used.ru_utime + used.ru_stime)

    def sweep(self, check: str) -> list[str]:
        """"kernels/exact" is the sampler labelled exact of sweeps/kernels.toml."""
        name, _, label = check.partition("/")
        return [str(self.sweeps / f"{name}.toml"), *(["--only", label] if label else [])]

    def evaluations(self, check: str) -> int:
        plan = json.loads(self.start("plumbline", ["plan", "--json", *self.sweep(check)], 0).stdout)
        return plan["replicates"] * sum(cell["evaluations"] for cell in plan["cells"])

    def verify(self, number: int, check: str) -> Outcome:
        out = self.scratch / f"{number}_{check.replace('/', '_')}.h5"
        done = self.start("plumbline", ["verify", "--json", "--read-only", "--out", str(out), *self.sweep(check)], number)
        if done.returncode in (0, 3):
            said = json.loads(done.stdout)
            off = [c for c in said["claims"] if c["contradicted"] or c["p_adjusted"] < said["level"]]
            by = accusation(min(off, key=severity)) if off else ""
            return Outcome(number, check, bool(off), by, seconds=done.seconds)
        if failed := re.search(r"^.*self-test (.*)$", done.stderr, re.M):
            return Outcome(number, check, True, f"self-test: {failed[1]}", seconds=done.seconds)
        return Outcome(number, check, False, f"exit {done.returncode}: {done.stderr.strip()[-300:]}", broken=True)

    def suite(self, number: int, check: str) -> Outcome:
        program, _, tests = check.partition(":")
        done = self.start(program, [f"--gtest_filter={tests}", "--gtest_fail_fast", "--gtest_brief=1"], number)
        if done.returncode == 0:
            ran = int(re.search(r"PASSED  \] (\d+) test", done.stdout)[1])
            return Outcome(number, check, False, f"{ran} passed", seconds=done.seconds, broken=ran == 0)
        failed = re.search(r"FAILED  \] ([^\s,]+)", done.stdout)
        crash = (done.stderr.strip().splitlines() or [""])[-1][:120]
        by = failed[1] if failed else f"exit {done.returncode}: {crash}"
        return Outcome(number, check, True, by, seconds=done.seconds)

    def run(self, number: int, kind: str, check: str) -> Outcome:
        try:
            return (self.verify if kind == "verify" else self.suite)(number, check)
        except (OSError, ValueError, TypeError) as error:
            return Outcome(number, check, False, f"{type(error).__name__}: {error}", broken=True)


def checks_of(mutant: Mutant) -> list[tuple[str, str]]:
    return [("verify", c) for c in mutant.verify] + [("suite", c) for c in mutant.suite]


def row(m: Mutant, found: dict[str, Outcome]) -> list[str]:
    """Number, id, what; what verify and the suite said, and what that cost."""
    cells = [str(m.number), m.id, m.what]
    for names, otherwise in ((m.verify, f"– ({m.unseen})"), (m.suite, "–")):
        outcomes = [found[c] for c in names]
        cells.append("; ".join(o.by if o.caught else f"NOT CAUGHT ({o.by})" for o in outcomes) or otherwise)
        cost = [f"{o.evaluations:.1e} evaluations, {o.seconds:.1f} s" if o.evaluations else f"{o.seconds:.1f} s"
                for o in outcomes]
        cells.append("; ".join(cost) or "–")
    return cells


HEADER = ["#", "bug", "what it does", "verify says", "at a cost of", "caught in the suite by", "at a cost of"]


def write_report(folder: Path, rows: list[list[str]], summary: str) -> None:
    lines = ["# Planted bugs: who caught them", "", summary, "", "| " + " | ".join(HEADER) + " |",
             "|" + "---|" * len(HEADER)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in r) + " |" for r in rows]
    (folder / "hunt.md").write_text("\n".join(lines) + "\n")
    with open(folder / "hunt.csv", "w", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])


def main(root: str, folder: str, *ids: str) -> int:
    mutants = [m for m in load(Path(root)) if not ids or m.id in ids]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
        hunt = Hunt(Path(root), Path(folder), Path(scratch))
        begun = time.monotonic()
        distinct = sorted({check for m in mutants for check in checks_of(m)})
        asleep = list(pool.map(lambda c: hunt.run(0, *c), distinct))
        cost = {c: hunt.evaluations(c) for kind, c in distinct if kind == "verify"}
        jobs = [(m.number, *check) for m in mutants for check in checks_of(m)]
        awake = [replace(o, evaluations=cost.get(o.check, 0)) for o in pool.map(lambda j: hunt.run(*j), jobs)]
        seconds = time.monotonic() - begun

    problems = [f"with every bug asleep, {o.check}: {o.by}" for o in asleep if o.caught or o.broken]
    found = {m.number: {o.check: o for o in awake if o.mutant == m.number} for m in mutants}
    for m in mutants:
        problems += [f"{m.number} {m.id}: {o.check} did not catch it: {o.by}" for o in found[m.number].values()
                     if not o.caught]
        if not checks_of(m):
            problems.append(f"{m.number} {m.id}: nothing is asked to catch it")
    by_verify = sum(any(o.caught for o in found[m.number].values() if o.check in m.verify) for m in mutants)
    by_suite = sum(any(o.caught for o in found[m.number].values() if o.check in m.suite) for m in mutants)
    caught = sum(any(o.caught for o in found[m.number].values()) for m in mutants)
    quiet = sum(not (o.caught or o.broken) for o in asleep)
    summary = (f"{caught} of {len(mutants)} bugs caught: {by_verify} by `plumbline verify`, {by_suite} by a test of the "
               f"suite. Where no verdict can see a bug, the reason stands in brackets. With all of them asleep {quiet} of "
               f"{len(asleep)} checks pass. Seconds are processor time on the machine that ran the hunt; "
               f"`PLUMBLINE_PLANTED=#` wakes a bug in any of the planted programs.")
    write_report(Path(folder), [row(m, found[m.number]) for m in mutants], summary)
    print((Path(folder) / "hunt.md").read_text())
    used = sum(o.seconds for o in asleep + awake)
    print(f"{len(asleep) + len(awake)} checks in {seconds:.0f} s on {os.cpu_count()} processors, "
          f"{used:.0f} s of processor time")
    for problem in problems:
        print(f"PROBLEM  {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
