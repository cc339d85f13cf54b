"""What C++ wrote, read with xarray (h5netcdf, netCDF4), h5py and ncdump: names, coordinates, attributes, values."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

try:
    import h5py
    import numpy as np
    import xarray as xr
except ImportError as missing:
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])
    print(f"skipped: {missing}")
    sys.exit(77)


def importable(name: str) -> bool:
    try:
        __import__(name)
        return True
    except ImportError:
        return False


ENGINES = [e for e, module in (("h5netcdf", "h5netcdf"), ("netcdf4", "netCDF4")) if importable(module)]


def number(metric, cell, replicate):
    return metric + cell / 100 + replicate / 1000


def check_replacement(path: Path, engine: str):
    with xr.open_dataset(path, group="replacement", engine=engine) as data:
        data.load()
    assert data.mean_error.dims == ("process", "dim", "context", "exact", "replicate"), data.mean_error.dims
    assert dict(data.sizes) == {"process": 2, "dim": 2, "context": 3, "exact": 2, "replicate": 3}
    assert list(data.context.values) == ["fixed", "forward", "fräsch"]
    assert list(data.process.values) == ["ou", "vp"]
    assert list(data.dim.values) == [2, 3] and np.issubdtype(data.dim.dtype, np.integer)
    assert data.exact.dtype == bool and list(data.exact.values) == [False, True], data.exact.dtype

    # process ou (0), dim 3 (1), context fräsch (2), exact (1): cell 11
    chosen = data.sel(process="ou", dim=3, context="fräsch", exact=True)
    np.testing.assert_array_equal(chosen.mean_error, [number(1, 11, r) for r in range(3)])
    np.testing.assert_array_equal(chosen.evidence_error, [number(2, 11, r) for r in range(3)])
    np.testing.assert_array_equal(chosen.mean_error_se, [0.5] * 3)
    np.testing.assert_array_equal(chosen.wall_seconds, [number(3, 11, r) for r in range(3)])
    assert chosen.cell_hash.item() == "replacement-11"

    missing = data.sel(process="ou", dim=2, context="fräsch", exact=True)  # cell 5
    assert np.isnan(missing.mean_error).all() and (missing.status == 4).all() and missing.cell_hash.item() == ""
    diverged = data.sel(process="ou", dim=2, context="fixed", exact=True, replicate=2)  # cell 1
    assert diverged.status.item() == 1 and "step 3" in str(diverged.message.values)

    assert data.mean_error.attrs["long_name"] == "error of the mean"
    assert data.mean_error.attrs["units"] == "data units" and data.mean_error.attrs["better"] == "lower"
    assert data.mean_error_se.attrs["standard_error_of"] == "mean_error"
    assert data.status.dtype == np.int8
    assert list(data.status.attrs["flag_values"]) == [0, 1, 2, 3, 4]
    assert data.status.attrs["flag_meanings"] == "ok diverged degenerate failed missing"
    assert data.attrs["claim"] == "nothing" and data.attrs["reference"] == "Papp, slides"
    assert data.attrs["kind"] == "replacement" and data.attrs["settings"] == "steps = 10"


def check_other_groups(path: Path, engine: str):
    with xr.open_dataset(path, group="smc", engine=engine) as data:
        data.load()
    assert data.steps.dims == ("eta",) and "steps" in data.coords, data
    assert list(data.steps.values) == [10, 20] and list(data.eta.values) == [0.1, 0.25]
    np.testing.assert_array_equal(data.ess_min.sel(eta=0.1, process="ou", dim=2), [0.5, 0.25, np.nan])

    with xr.open_dataset(path, group="null", engine=engine) as null:
        null.load()
    assert null.mean_error.dims == ("process", "dim", "null_replicate")
    np.testing.assert_allclose(null.mean_error.sel(process="vp", dim=2), [2, 2.1, 2.2, 2.3])
    assert "evidence_error" not in null

    with xr.open_dataset(path, group="problem", engine=engine) as index:
        assert index.point.sel(process="vp", dim=2).item() == 2
    with xr.open_dataset(path, group="problem/2", engine=engine) as problem:
        assert problem.means.dims == ("component", "coordinate")
        assert problem.variances.dims == ("component",)
        assert problem.posterior_covariances.dims == (
            "posterior_component", "posterior_coordinate", "posterior_coordinate_2")
        assert problem.y.dims == ("replicate", "observed") and problem.log_evidence.dims == ("replicate",)
        assert problem.target_mean.values[1] == 2 and problem.attrs["process"] == 'kind = "ou"'

    with xr.open_dataset(path, group="samples/smc", engine=engine) as draws:
        draws.load()
        assert draws.x.dims == ("process", "dim", "eta", "draw", "coordinate")
        first = draws.sel(process="ou", dim=2, eta=0.1)
        np.testing.assert_array_equal(first.x, np.arange(10).reshape(5, 2) + 0.5)
        np.testing.assert_allclose(np.exp(first.log_w).sum(), 1)
        assert first.draws.item() == 5

    with xr.open_dataset(path, group="functionals/smc", engine=engine) as signed:
        assert signed.masses_2.dims == ("process", "dim", "eta", "replicate")
        np.testing.assert_array_equal(signed.masses_2.sel(process="ou", dim=2, eta=0.1), [-0.5, 0.25, np.nan])
    with xr.open_dataset(path, group="ess/smc", engine=engine) as weights:
        assert weights.ess.dims == ("process", "dim", "eta", "step")
        np.testing.assert_array_equal(weights.ess.sel(process="ou", dim=2, eta=0.1), np.full(5, 0.75))


def check_root(path: Path, engine: str):
    with xr.open_dataset(path, engine=engine) as root:
        assert not root.sizes and not root.data_vars, root
        assert root.attrs["schema"] == "plumbline/1" and root.attrs["name"] == "example"
        assert root.attrs["spec"] == 'schema = "plumbline/1"\n# σ_t, naïve — UTF-8\n'
        assert root.attrs["seed"] == 7 and root.attrs["threads"] == 4 and root.attrs["git_dirty"] == 1
        for name in ("spec_hash command plumbline_version git_commit compiler build_flags kokkos_version backend "
                     "device host started finished draws replicates").split():
            assert name in root.attrs, name


def check_plain(path: Path, engine: str):
    """No axes at all: one dimension, a scalar hash, the problem directly in /problem."""
    with xr.open_dataset(path, group="replacement", engine=engine) as data:
        assert data.mean_error.dims == ("replicate",) and data.cell_hash.item() == "replacement-0"
    with xr.open_dataset(path, group="problem", engine=engine) as problem:
        assert problem.weights.sum().item() == 1 and problem.y.dims == ("observed",)
        assert problem.log_evidence.item() == -1.25


def check_arrays(path: Path, engine: str):
    with xr.open_dataset(path, engine=engine) as arrays:
        assert arrays.x.dims == ("draw", "coordinate") and arrays.x.values.tolist() == [[1, 2], [3, 4], [5, 6]]
        assert arrays.log_w.dims == ("draw",) and arrays.attrs["sampler"] == "exact"
    with xr.open_dataset(path, group="posterior", engine=engine) as posterior:
        assert posterior.weights.dims == ("component",) and posterior.log_evidence.item() == -2.5


def check_raw(folder: Path):
    """The rules themselves, with h5py: order of creation, scales in the same group, plain types."""
    with h5py.File(folder / "results.h5") as file:
        assert list(file) == sorted(file) or file.id.get_create_plist().get_link_creation_order() == 3
        groups = []
        file.visititems(lambda name, item: groups.append(item) if isinstance(item, h5py.Group) else None)
        for group in groups:
            for name, item in group.items():
                if not isinstance(item, h5py.Dataset):
                    continue
                assert item.dtype.kind in "fiO" and item.dtype.names is None, (name, item.dtype)
                if h5py.h5ds.is_scale(item.id):
                    assert h5py.h5ds.get_scale_name(item.id).decode() == name
                    continue
                for dimension in item.dims:
                    (label,) = dimension.keys()
                    assert dimension[0].parent == group and group[label] == dimension[0], (name, label)
    with h5py.File(folder / "cells.part") as part:  # a part is an HDF5 file behind 512 bytes of text
        assert part.attrs["cells"] >= 1
        assert "replacement" in "".join(map(chr, part["text"][()]))


def check_ncdump(folder: Path):
    if not shutil.which("ncdump"):
        return
    for name in ("results.h5", "plain.h5", "arrays.h5"):
        text = subprocess.run(["ncdump", "-h", folder / name], capture_output=True, text=True, check=True).stdout
        assert "phony_dim" not in text
        if name == "results.h5":
            assert "double mean_error(process, dim, context, exact, replicate)" in text, text
            assert "string context(context)" in text and "byte exact(exact)" in text, text


def main() -> int:
    folder = Path(sys.argv[1])
    if not ENGINES:
        print("skipped: xarray can read no HDF5 here, neither with h5netcdf nor with netCDF4")
        return 77
    for engine in ENGINES:
        check_replacement(folder / "results.h5", engine)
        check_other_groups(folder / "results.h5", engine)
        check_root(folder / "results.h5", engine)
        check_plain(folder / "plain.h5", engine)
        check_arrays(folder / "arrays.h5", engine)
    check_raw(folder)
    check_ncdump(folder)
    print(f"{sys.executable}: xarray with {', '.join(ENGINES)}; h5py; ncdump {shutil.which('ncdump') or 'absent'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
