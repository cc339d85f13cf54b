"""The rooms of src/ depend on each other in one direction only, each outside library has one includer, and a
gallery's folder and its catalogue name the same pictures. Reads text; builds nothing."""

import re
import sys
from pathlib import Path

# What a room may include, beside itself. core ← mixture ← diffusion ← problem ← {priors, samplers, metrics} ← harness;
# record is data on core alone; io stands on these two, so that priors and the harness can read and write files.
MAY_INCLUDE = {
    "core": set(),
    "record": {"core"},
    "io": {"core", "record"},
    "mixture": {"core"},
    "diffusion": {"core", "mixture"},
    "problem": {"core", "mixture", "diffusion"},
    "priors": {"core", "mixture", "diffusion", "problem", "io"},
    "samplers": {"core", "record", "mixture", "diffusion", "problem"},
    "metrics": {"core", "record", "mixture", "diffusion", "problem"},
    "harness": {"core", "record", "mixture", "diffusion", "problem", "priors", "samplers", "metrics", "io"},
    "cli": {"core", "record", "mixture", "diffusion", "problem", "priors", "samplers", "metrics", "io", "harness"},
}

# Header pattern → the files that may include it.
ONE_INCLUDER = {
    r"Kokkos_": {"core/kokkos.hpp"},
    r"Eigen/": {"core/linalg.hpp"},
    r"hdf5": {"io/hdf5/hdf5.hpp"},
    r"toml\+\+": {"harness/sweep/toml.cpp"},
}

# Headers of these rooms are read by code that launches nothing: they must not reach Kokkos, however long the way.
WITHOUT_KOKKOS = ["record", "io", "harness/statistics", "harness/verdict"]

GALLERIES = {"priors": "PRIOR", "samplers": "SAMPLER", "metrics": "METRIC"}

INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.M)


def wrong_includes(source: Path):
    for file in sorted(source.rglob("*.[ch]pp")):
        name = file.relative_to(source).as_posix()
        room = name.split("/")[0]
        for included in INCLUDE.findall(file.read_text()):
            other = included.split("/")[0]
            if other in MAY_INCLUDE and other != room and other not in MAY_INCLUDE[room]:
                yield f"src/{name} includes {included}: {room} must not know {other}"
            if "/detail/" in included and other != room:
                yield f"src/{name} includes {included}: detail/ is closed to other rooms"
            for pattern, includers in ONE_INCLUDER.items():
                if re.match(pattern, included) and name not in includers:
                    yield f"src/{name} includes <{included}>: only {', '.join(sorted(includers))} may"


def way_to_kokkos(source: Path, name: str, seen: set):
    """The chain of includes from a header of src/ to <Kokkos_…>, or []."""
    seen.add(name)
    for included in INCLUDE.findall((source / name).read_text()):
        if re.match("Kokkos_", included):
            return [name, included]
        if included not in seen and (source / included).exists():
            if way := way_to_kokkos(source, included, seen):
                return [name, *way]
    return []


def heavy_headers(source: Path):
    for room in WITHOUT_KOKKOS:
        for file in sorted((source / room).rglob("*.hpp")):
            if way := way_to_kokkos(source, file.relative_to(source).as_posix(), set()):
                yield f"src/{way[0]} reaches Kokkos: {' → '.join(way[1:])}"


def unlisted_pictures(source: Path):
    for room, macro in GALLERIES.items():
        listed = set(re.findall(rf"^\s*{macro}\((\w+)", (source / room / "catalog.def").read_text(), re.M))
        hung = {f.stem for f in (source / room).glob("*.cpp")} - {"catalog"}
        # A factory `SamplerEntry foo_sampler()` is what makes a file a picture; shared code has none.
        made = set()
        for stem in hung:
            text = (source / room / f"{stem}.cpp").read_text()
            made |= set(re.findall(rf"^{room[:-1].capitalize()}Entry (\w+)_{room[:-1]}\(\)", text, re.M))
        for name in sorted(made - listed):
            yield f"{room}/: {name} is not in the catalogue"
        for name in sorted(listed - made):
            yield f"{room}/catalog.def lists {name}, and no file makes it"


def stale_recipe(root: Path):
    """README's sampler is, to the letter, the file that tests/contract/toy_sampler compiles and runs."""
    recipe = (root / "tests/contract/toy_sampler/moment_match.cpp").read_text()
    if recipe not in (root / "README.md").read_text():
        yield "README.md: the sampler of 'Add a sampler' is not tests/contract/toy_sampler/moment_match.cpp"


def main() -> int:
    root = Path(sys.argv[1])
    source = root / "src"
    problems = [*wrong_includes(source), *heavy_headers(source), *unlisted_pictures(source), *stale_recipe(root)]
    rooms = {p.name for p in source.iterdir() if p.is_dir()}
    problems += [f"src/{r}: a room that the order of rooms does not know" for r in sorted(rooms - set(MAY_INCLUDE))]
    print("\n".join(problems) or f"{len(rooms)} rooms in order")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
