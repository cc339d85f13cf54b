"""What a figure script needs and its result file lacks, in one line instead of a traceback."""

import sys
import tomllib
from pathlib import Path

import numpy as np

# What reading from a dataset that is too small for the script ends in.
SIGNS = (LookupError, AttributeError, ValueError, ZeroDivisionError, StopIteration, TypeError)


def lacking(experiment: dict, results) -> list[str]:
    """The samplers, axes, values of axes, metrics and kept draws of a sweep that are not in a result file."""
    tables = {table.get("label", table["kind"]): table for table in experiment.get("sampler", [])}
    there = [label for label in tables if label in results.samplers]
    metrics = [metric for metric in experiment.get("metrics", {}).get("use", []) if isinstance(metric, str)]
    found = [f"sampler '{label}'" for label in tables if label not in there]
    found += [f"metric '{metric}'" for metric in metrics
              if any(metric not in data for data in results.samplers.values())]
    for label in there:
        found += axes(tables[label], "", results.samplers[label], f" of '{label}'")
    for part, table in experiment.get("problem", {}).items():
        for data in list(results.samplers.values())[:1] if isinstance(table, dict) else []:
            found += axes(table, f"{part}_", data, "")
    if experiment.get("samples", 0) and "samples" not in results.groups:
        found.append("kept draws (samples = 0)")
    if any(table.get("particles") for table in tables.values()) and "ess" not in results.groups:
        found.append("effective sample sizes ('ess')")
    return found


def axes(table: dict, prefix: str, data, whose: str) -> list[str]:
    """Lists of two and more numbers or names are axes, if the file has any of that name or lacks it for good."""
    found = []
    for key, values in table.items():
        name = prefix + key.replace(".", "_")
        if not isinstance(values, list) or len(values) < 2 or not all(isinstance(v, (int, float, str)) for v in values):
            continue
        if name not in data.variables:
            if prefix == "" or key not in ("y", "observed", "weights", "variances", "stddev"):  # lists that are one value
                found.append(f"axis '{name}'{whose}")
        elif absent := [v for v in values if not np.any(data[name].values == v)]:
            found.append(f"{name} = {', '.join(map(str, absent))}{whose}")
    return found


def explain(script: Path, results) -> None:
    """From now on, an error of this script that its result file explains is one line on standard error."""
    usual = sys.excepthook

    def hook(kind, error, trace):
        if not issubclass(kind, SIGNS):
            return usual(kind, error, trace)
        path = script.parent.parent / "experiments" / f"{script.stem}.toml"
        missing = lacking(tomllib.loads(path.read_text()), results) if path.exists() else []
        if not missing and not isinstance(error, KeyError):
            return usual(kind, error, trace)
        more = f" and {len(missing) - 4} more" if len(missing) > 4 else ""
        what = ", ".join(missing[:4]) + more or f"{error}"
        print(f"{results.path}: not enough for {script.name}: it lacks {what}; {path.name} has what is drawn", file=sys.stderr)

    sys.excepthook = hook
