"""Rows of the table: work that plumbline and others do, compared first, then timed in turn, A B A B."""

import importlib
import time
from dataclasses import dataclass, field
from typing import Callable

import numpy as np


class Absent(Exception):
    """A peer that is not installed."""


def module(name: str):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Absent(f"{name.partition('.')[0]} is not installed ({error})") from None


@dataclass
class Row:
    """`setup` tells the driver what to do; `peers` make a function of a seed that does the same; `check` raises
    AssertionError where the driver's numbers (a function of a seed, too) and the peer's are not the same result."""

    name: str
    units: float                     # how many of `unit` one run is
    unit: str
    setup: Callable                  # driver → None
    peers: dict[str, Callable]       # name → () → (seed → result)
    check: Callable                  # (numbers of a seed, result of a seed) → None
    note: dict[str, str] = field(default_factory=dict)


def per_run(once: Callable, least: float) -> int:
    """Runs that take `least` seconds together."""
    start = time.process_time()
    once(1)
    took = time.process_time() - start
    return max(1, min(10000, int(np.ceil(least / max(took, 1e-6)))))


def seconds(once: Callable, runs: int) -> float:
    start = time.process_time()
    for seed in range(1, runs + 1):
        once(seed)
    return (time.process_time() - start) / runs


def measure(row: Row, driver, rounds: int, least: float, say: Callable) -> dict:
    """The row as a record: plumbline's seconds per unit, and of each peer the median ratio and its quartiles."""
    record = {"name": row.name, "unit": row.unit, "units": row.units, "peers": {}}
    try:
        row.setup(driver)
        driver.numbers(1)
        own_runs = max(1, min(10000, int(np.ceil(least / max(driver.seconds(1), 1e-6)))))
    except RuntimeError as error:
        say(f"  plumbline: {error}")
        return {**record, "error": str(error)}
    ours = []
    for name, make in row.peers.items():
        try:
            once = make()
            once(1)  # compiles what it compiles
            row.check(driver.numbers, once)
        except Absent as absent:
            say(f"  {name}: skipped: {absent}")
            record["peers"][name] = {"skipped": str(absent)}
            continue
        except AssertionError as different:
            say(f"  {name}: another result: {different}")
            record["peers"][name] = {"differs": str(different)}
            continue
        except Exception as error:  # noqa: BLE001  whatever a peer dies of is its row's, not the table's
            say(f"  {name}: failed: {type(error).__name__}: {error}")
            record["peers"][name] = {"failed": f"{type(error).__name__}: {error}"[:300]}
            continue
        runs, ratios, theirs = per_run(once, least), [], []
        for _ in range(rounds):
            mine, his = driver.seconds(own_runs), seconds(once, runs)
            ours.append(mine)
            theirs.append(his)
            ratios.append(his / mine)
        low, ratio, high = np.quantile(ratios, [0.25, 0.5, 0.75])
        record["peers"][name] = {"ratio": ratio, "low": low, "high": high, "seconds": float(np.median(theirs)) / row.units,
                                 **({"note": row.note[name]} if name in row.note else {})}
        say(f"  {name}: ratio {ratio:.3g} ({low:.3g} to {high:.3g})")
    record["seconds"] = float(np.median(ours or [driver.seconds(own_runs)])) / row.units
    say(f"  plumbline: {quantity(record['seconds'])} per {row.unit}")
    return record


def quantity(value: float) -> str:
    """Seconds as people write them."""
    for scale, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def close(ours, theirs, relative: float, what: str):
    """The largest difference, relative to the largest number."""
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    assert ours.shape == theirs.shape, f"{what}: shapes {ours.shape} and {theirs.shape}"
    error = np.max(np.abs(ours - theirs)) / np.max(np.abs(ours))
    assert error <= relative, f"{what} differs by {error:.2g}"


def same_law(ours, theirs, what: str, z: float = 5):
    """Two sets of independent numbers or rows: means and variances within z standard errors of each other."""
    a, b = (np.asarray(v, dtype=float).reshape(len(v), -1) for v in (ours, theirs))
    assert np.isfinite(a).all() and np.isfinite(b).all(), f"{what}: not finite"
    for of, moment in (("mean", lambda v: v), ("second moment", lambda v: (v - a.mean(0)) ** 2)):
        x, y = moment(a), moment(b)
        error = np.sqrt(x.var(0) / len(x) + y.var(0) / len(y)) + 1e-300
        worst = np.max(np.abs(x.mean(0) - y.mean(0)) / error)
        assert worst <= z, f"{of} of {what} is {worst:.1f} standard errors off"


def table(records: list[dict], machine: str) -> str:
    """Markdown: ratios above 1 mean that plumbline is faster; the best peer first."""
    lines = [f"Peer's time over plumbline's, one thread, {machine}.", "", "| work | plumbline | peers |", "|---|---|---|"]
    for record in records:
        if "error" in record:
            lines.append(f"| {record['name']} | refused | |")
            continue
        timed = sorted((p["ratio"], name, p.get("note", "")) for name, p in record["peers"].items() if "ratio" in p)
        others = [f"{name}: another result" for name, p in record["peers"].items() if "differs" in p]
        cells = [f"{'**' if ratio < 1 else ''}{name} {ratio:.2g}{'**' if ratio < 1 else ''}{f' ({note})' if note else ''}" for ratio, name, note in timed]
        lines.append(f"| {record['name']} | {quantity(record['seconds'])} per {record['unit']} | {', '.join(cells + others)} |")
    return "\n".join(lines) + "\n"
