"""The scripts of analysis/bench, on files and programs made here: figures draw what the files say, no file names the machine
it was made on, a row whose result is wrong is neither drawn nor timed, and ratios are peer over plumbline."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "analysis/bench"
sys.path.insert(0, str(BENCH))
from peer import timing  # noqa: E402

CONTEXT = {"device": "a processor", "compiler": "gcc 1", "build_flags": "-O3 -march=x86-64-v3", "threads": 1}


def row(name, seconds, **counters):
    return {"name": name, "real_time": seconds, "cpu_time": seconds, "time_unit": "ns", **counters}


def write(folder, name, rows, **context):
    (folder / f"{name}.json").write_text(json.dumps({"context": {**CONTEXT, **context}, "benchmarks": rows}))


@pytest.fixture
def folder(tmp_path):
    limits = {"fma": 4e10, "exp": 1e9, "triad": 1e10, "dgemm": 6e10}
    write(tmp_path, "roof", [row(f"limit/{key}/iterations:1/manual_time", 1, per_second=value) for key, value in limits.items()])
    density = [row(f"growth/{prefix}{kind}/d:{d}/K:{k}/real_time", 100 * d * k, roof=0.5, operations=1e10, intensity=10.0, **{"s/pair": d * 1e-9})
               for kind in ("isotropic", "diagonal", "full") for prefix, sizes in (("", [(1, 25), (2, 25)]), ("components_", [(2, 1), (2, 10), (64, 1), (64, 10)]))
               for d, k in sizes]
    write(tmp_path, "growth", [*density, {"name": "growth/full/d:999/K:25/real_time", "error_occurred": True, "error_message": "differs"}])
    write(tmp_path, "catalogue", [row(f"growth_of/{name}/N:{n}/T:{t}/real_time", n * t, **{"s/step": 5e-9})
                                  for name in ("conditional_score", "smcdiff", "dps", "tds") for n, t in ((64, 100), (1024, 100), (1024, 30))])
    write(tmp_path, "growth_2_threads", [row("growth/isotropic/d:2/K:25/real_time", 100 * 2 * 25 / 1.75)], threads=2)
    return tmp_path


def drawn(script, folder):
    done = subprocess.run([sys.executable, "-B", BENCH / f"{script}.py", folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for suffix, magic in ((".pdf", b"%PDF"), (".png", b"\x89PNG")):
        assert (folder / f"{script}{suffix}").read_bytes().startswith(magic)
    with (folder / f"{script}.csv").open() as file:
        return list(csv.DictReader(file))


def test_growth_draws_every_right_row_and_the_speed_of_more_threads(folder):
    rows = drawn("growth", folder)
    assert {("d", "isotropic", "2", "2.0"), ("K", "full, d = 64", "10", "64.0"), ("T", "tds", "30", "5.0")} <= {tuple(r.values()) for r in rows}
    assert [float(r["y"]) for r in rows if r["panel"] == "threads" and r["x"] == "2"] == [pytest.approx(1.75)]
    assert not any(r["x"] == "999" for r in rows)


def test_roofline_draws_shares_of_the_roof(folder):
    rows = drawn("roofline", folder)
    assert len(rows) == 18 and all(float(r["roof"]) == 0.5 for r in rows)


def test_figures_say_what_is_missing(tmp_path):
    done = subprocess.run([sys.executable, "-B", BENCH / "growth.py", tmp_path], capture_output=True, text=True)
    assert done.returncode == 1 and "run_experiments.sh --bench writes it" in done.stderr and "Traceback" not in done.stderr


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{sys.executable}\nimport json, os, sys\n{text}")
    path.chmod(0o755)


@pytest.mark.parametrize("wrong", [False, True])
def test_run_names_no_machine_and_fails_where_a_result_is_wrong(tmp_path, wrong):
    program(tmp_path / "build/plumbline", "print(json.dumps({'compiler': 'gcc 1', 'device': 'a processor', 'host': 'secret', 'threads': 7}))")
    text = f"""
out = next(word for word in sys.argv if word.startswith('--benchmark_out=')).partition('=')[2]
rows = [{{'name': 'a', 'real_time': 1.0}}, {{'name': 'b', 'error_occurred': {wrong}, 'error_message': 'differs'}}]
json.dump({{'context': {{'host_name': 'secret', 'executable': '/secret', 'num_cpus': 2}}, 'benchmarks': rows, 'threads': os.environ['OMP_NUM_THREADS']}}, open(out, 'w'))
"""
    for name in ("roof", "growth", "catalogue"):
        program(tmp_path / f"build/tests/bench/bench_{name}", text)
    done = subprocess.run([sys.executable, "-B", BENCH / "run.py", tmp_path / "build", tmp_path / "out", "--threads", "2"], capture_output=True, text=True)
    assert done.returncode == int(wrong), done.stderr
    assert ("b: differs" in done.stderr) == wrong
    assert sorted(os.listdir(tmp_path / "out")) == [f"{name}{more}.json" for name in ("catalogue", "growth", "roof") for more in ("", "_2_threads")]
    for name, threads in (("roof", 1), ("roof_2_threads", 2)):
        text = (tmp_path / f"out/{name}.json").read_text()
        assert "secret" not in text
        about = json.loads(text)["context"]
        assert about.pop("load") >= 0  # of the machine that this runs on
        assert about == {"num_cpus": 2, "compiler": "gcc 1", "device": "a processor", "threads": threads}
        assert json.loads(text)["threads"] == str(threads)


class FakeDriver:
    def numbers(self, seed):
        return np.array([1.0, 2.0])

    def seconds(self, times):
        return 0.004


def busy(_):
    import time
    end = time.process_time() + 0.008
    while time.process_time() < end:
        pass
    return np.array([1.0, 2.0])


def test_ratios_are_of_the_peer_to_plumbline_and_wrong_or_absent_peers_have_none():
    def absent():
        timing.module("no_such_module_anywhere")

    wrong = np.array([1.0, 2.0 + 1e-9])
    row = timing.Row("work", 2, "unit", lambda driver: None,
                     {"slow": lambda: busy, "wrong": lambda: lambda _: wrong, "absent": absent, "broken": lambda: lambda _: 1 / 0},
                     lambda ours, theirs: timing.close(ours(1), theirs(1), 1e-12, "the numbers"))
    record = timing.measure(row, FakeDriver(), 3, 0.001, lambda _: None)
    assert record["peers"]["slow"]["ratio"] == pytest.approx(2, rel=0.3)
    assert record["seconds"] == 0.002
    assert "the numbers differs by 5e-10" in record["peers"]["wrong"]["differs"]
    assert "not installed" in record["peers"]["absent"]["skipped"]
    assert "ZeroDivisionError" in record["peers"]["broken"]["failed"]
    text = timing.table([record], "a machine")
    assert "| work | 2 ms per unit | slow 2" in text and "wrong: another result" in text


def test_laws_that_differ_are_seen_and_equal_ones_are_not():
    """At five standard errors a false alarm is 6e-7; a mean off by 0.2 of 4000 draws is nine of them, a variance by 40 % too."""
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((2, 4000, 2))
    timing.same_law(a, b, "draws")
    for other in (b + [0, 0.2], b * [1, 1.2], b * [1, np.nan]):
        with pytest.raises(AssertionError):
            timing.same_law(a, other, "draws")
