"""Rows of Google Benchmark's JSON files, as run.py writes them, and the command line of the scripts that draw them."""

import argparse
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARGUMENT = re.compile(r"([A-Za-z]\w*):(\d+)")


def rows_of(folder: Path, name: str) -> list[dict]:
    """Every row of NAME.json that measured something: its counters, `path` (the name's words without arguments), its
    arguments by name, and how many threads ran it. None where there is no such file, or it is another kind of file."""
    file = folder / f"{name}.json"
    if not file.exists():
        return []
    content = json.loads(file.read_text())
    if "benchmarks" not in content:  # peers.json
        return []
    threads = int(content["context"].get("threads", 1))
    found = []
    for row in content["benchmarks"]:
        if row.get("error_occurred"):
            continue
        parts = row["name"].split("/")
        path = [part for part in parts if not ARGUMENT.fullmatch(part) and part not in ("real_time", "manual_time", "iterations:1")]
        found.append({**row, "threads": threads, "path": path, **{key: int(value) for key, value in ARGUMENT.findall(row["name"])}})
    return found


def context_of(folder: Path, name: str = "roof") -> dict:
    return json.loads((folder / f"{name}.json").read_text())["context"]


def machine(folder: Path) -> str:
    about = context_of(folder)
    busy = f", beside a load of {about['load']:.1f}" if about.get("load", 0) > 0.5 else ""
    return f"{about.get('device', '')}, {about.get('compiler', '')}, {' '.join(f for f in about.get('build_flags', '').split() if 'march' in f)}{busy}"


def command_line(script: str) -> tuple[Path, Path]:
    """`python analysis/bench/X.py [results/bench] [--figures DIR]` → the folder of JSON files and the stem of the figure."""
    stem = Path(script).stem
    parser = argparse.ArgumentParser(description=f"Draw figure '{stem}' from the files of ./run_experiments.sh --bench.")
    parser.add_argument("folder", nargs="?", default=ROOT / "results/bench", type=Path)
    parser.add_argument("--figures", default=None, type=Path, help="folder to write into (default: the same)")
    arguments = parser.parse_args()
    if not (arguments.folder / "roof.json").exists():
        raise SystemExit(f"{arguments.folder}/roof.json: no such file; ./run_experiments.sh --bench writes it")
    figures = arguments.figures or arguments.folder
    figures.mkdir(parents=True, exist_ok=True)
    return arguments.folder, figures / stem
