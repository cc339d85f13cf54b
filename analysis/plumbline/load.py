"""Result files as xarray datasets. The layout is documented in results/README.md."""

import argparse
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

from . import missing

SCHEMA = "plumbline/1"
NOT_SAMPLERS = {"null", "problem", "verdict", "samples", "ess", "look"}


@dataclass
class Results:
    """One opened result file: a dataset per sampler label, the noise floor, the kept draws, the problem."""

    path: Path
    attributes: dict
    samplers: dict[str, xr.Dataset]
    null: xr.Dataset
    groups: tuple[str, ...] = ()

    def __getitem__(self, label: str) -> xr.Dataset:
        if label not in self.samplers:
            raise SystemExit(f"{self.path}: no sampler '{label}'; it has {', '.join(self.samplers)}")
        return self.samplers[label]

    def floor(self, metric: str, **where) -> tuple[float, float, float]:
        """Mean, 5 % and 95 % quantile of a metric on exact draws of the same size."""
        values = self.null[metric].sel(where) if where else self.null[metric]
        return float(values.mean()), float(values.quantile(0.05)), float(values.quantile(0.95))

    def group(self, name: str) -> dict[str, np.ndarray]:
        """The arrays of any group, such as problem or samples/replacement, by name."""
        with h5py.File(self.path, "r") as file:
            if name not in file:
                why = ": it was run without keeping draws (samples = 0)" if name.startswith("samples/") else ""
                raise SystemExit(f"{self.path}: no group '{name}'{why}")
            return {key: item[()] for key, item in file[name].items() if isinstance(item, h5py.Dataset)}


def open_results(path: str | Path) -> Results:
    """Read a whole result file; refuses files of another schema."""
    path = Path(path)
    if not path.exists():
        raise SystemExit(f"{path}: no such file; run ./run_experiments.sh {path.stem} first")
    try:
        h5py.File(path, "r").close()
    except OSError as error:
        raise SystemExit(f"{path}: no result file: {error}") from None
    with h5py.File(path, "r") as file:
        attributes = {k: v.decode() if isinstance(v, bytes) else v for k, v in file.attrs.items()}
        groups = [g for g in file if isinstance(file[g], h5py.Group)]
    if attributes.get("schema") != SCHEMA:
        raise SystemExit(f"{path}: schema '{attributes.get('schema')}', this reads '{SCHEMA}'")

    def read(group: str) -> xr.Dataset:
        with xr.open_dataset(path, group=group, engine="h5netcdf") as dataset:
            return dataset.load()

    samplers = {g: read(g) for g in groups if g not in NOT_SAMPLERS}
    return Results(path, attributes, samplers, read("null") if "null" in groups else xr.Dataset(), tuple(groups))


def command_line(script: str) -> tuple[Results, Path]:
    """`python analysis/X.py [results/X.h5] [--figures DIR]` → the results and the stem of the figure files."""
    stem = Path(script).stem
    root = Path(script).resolve().parent.parent
    parser = argparse.ArgumentParser(description=f"Draw figure '{stem}' from its result file.")
    parser.add_argument("results", nargs="?", default=root / "results" / f"{stem}.h5", type=Path)
    parser.add_argument("--figures", default=root / "results" / "figures", type=Path, help="folder to write into")
    arguments = parser.parse_args()
    arguments.figures.mkdir(parents=True, exist_ok=True)
    results = open_results(arguments.results)
    missing.explain(Path(script).resolve(), results)
    return results, arguments.figures / stem
