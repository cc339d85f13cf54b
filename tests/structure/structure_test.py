"""The rooms of src/ depend on each other in one direction only, each outside library has one includer, and a
gallery's folder and its catalogue name the same pictures. Reads text; builds nothing."""

import re
import sys
from pathlib import Path

# What a room may include, beside itself. core ← mixture ← diffusion ← problem ← {priors, samplers, metrics} ← harness;
# record is data on core alone (samplers say their claims in its terms); io stands on these two, so that priors and the
# harness can read and write files.
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

# What a sub-room may include of its own room, beside itself and the room's FACE; "" is the room's own folder, which
# may include all of it.
SUB_ROOMS = {
    "core": {"arrays": {""}, "eigen": set(), "steps": {""}, "text": {""}},
    "diffusion": {"processes": set(), "detail": {""}},
    "harness": {
        "statistics": set(),
        "sweep": set(),
        "refinement": {"statistics", "sweep"},
        "verdict": {"statistics", "sweep", "refinement"},
        "run": {"statistics", "refinement", "sweep", "verdict"},
        "disagreement": {"statistics"},
        "judge": {"statistics", "refinement", "sweep", "verdict", "run", "disagreement"},
        "cover": {"statistics", "refinement", "sweep", "verdict", "run", "judge"},
        "exchange": {"statistics", "sweep", "judge"},
    },
    "io": {"hdf5": set(), "parts": {"hdf5"}, "result": {"hdf5", "parts"}, "user": {"hdf5", "parts"}},
    "metrics": {
        "estimates": set(),
        "transport": {"estimates"},
        "kernels": {"estimates"},
        "components": {"estimates"},
        "marginals": {"estimates", "transport"},
        "functionals": {"estimates", "components", "transport"},
    },
    "mixture": {"detail": {""}},
    "priors": {"detail": set()},
    "problem": {"observations": {""}},
    "samplers": {
        "reverse": set(),
        "replacement": {"reverse"},
        "guidance": {"reverse"},
        "smc": {"reverse"},
        "filters": {"reverse", "replacement", "guidance", "smc"},
        "mcmc": {"reverse", "replacement", "guidance", "smc", "filters"},
    },
}
# What a gallery's pictures and sub-rooms share: they may include it though it lies in the room's own folder.
FACE = {"metrics": {"metrics/metric.hpp"}, "samplers": {"samplers/sampler.hpp"}, "priors": {"priors/prior.hpp"}}

# Sub-rooms that other rooms may look into, and by which headers (all of them: None). The others are their room's own.
OPEN_TO_OTHERS = {
    "core/arrays": None,
    "core/steps": None,
    "core/text": None,
    "diffusion/processes": None,
    "problem/observations": {"problem/observations/entry.hpp"},
    "metrics/estimates": {"metrics/estimates/autocorrelation.hpp"},
    "metrics/functionals": {"metrics/functionals/known_functionals.hpp"},
    "io/parts": None,
    "io/result": {"io/result/result_file.hpp"},
    "io/user": None,
    "harness/sweep": None,
    "harness/run": None,
    "harness/statistics": None,
    "harness/refinement": None,
    "harness/verdict": None,
    "harness/judge": None,
    "harness/cover": None,
    "harness/exchange": None,
    "harness/disagreement": None,
}

MOST_LINES, MOST_FILES = 300, 30
# Galleries hang as many pictures as there are; a command line as many commands.
FOLDERS_OF_ANY_SIZE = {"src/priors", "src/samplers", "src/metrics", "src/problem/observations", "src/diffusion/processes", "src/cli"}

# Header pattern → the files that may include it.
ONE_INCLUDER = {
    r"Kokkos_": {"core/kokkos.hpp"},
    r"Eigen/": {"core/eigen/packets.hpp"},
    r"hdf5": {"io/hdf5/hdf5.hpp"},
    r"zlib": {"io/user/zip.cpp"},
    r"toml\+\+": {"harness/sweep/toml.cpp"},
    r"boost/math": {"harness/statistics/distributions.cpp"},
    r"nlohmann/": {"cli/json.cpp"},
    r"openssl/": {"harness/sweep/digest.cpp"},
}

# Headers of these rooms are read by code that launches nothing: they must not reach Kokkos, however long the way.
WITHOUT_KOKKOS = ["record", "io", "harness/statistics", "harness/refinement", "harness/verdict"]

# Files that read what others wrote: the fuzzer compiles them without Kokkos (tests/fuzz).
READERS = ["core/errors.cpp", "core/value.cpp", "core/settings.cpp", "core/text/*.cpp", "io/*/*.cpp", "record/*.cpp",
           *(f"harness/sweep/{name}.cpp" for name in ("toml", "overrides", "axes", "generators", "limits"))]

# Folder → (macro of its list, entry type, suffix of its factories).
GALLERIES = {
    "priors": ("PRIOR", "PriorEntry", "prior"),
    "samplers": ("SAMPLER", "SamplerEntry", "sampler"),
    "metrics": ("METRIC", "MetricEntry", "metric"),
    "problem/observations": ("OBSERVATION", "ObservationEntry", "observation"),
    "diffusion/processes": ("PROCESS", "ProcessEntry", "process"),
}

# Page → the file that its recipe is to the letter, which tests/contract compiles and runs.
RECIPES = [
    ("README.md", "tests/contract/toy_sampler/moment_match.cpp"),
    ("CONTRIBUTING.md", "tests/contract/toy_process/sub_vp.cpp"),
    ("CONTRIBUTING.md", "tests/contract/toy_prior/cross.cpp"),
    ("CONTRIBUTING.md", "tests/contract/toy_metric/spread_error.cpp"),
    ("CONTRIBUTING.md", "tests/contract/toy_observation/component.cpp"),
]

# Who may name a kind of observation: the gallery. Everybody else asks for a capability.
KIND_TYPES = r"\b(?:Inpainting|LinearGaussian|ClassLabel|Crescent)\b|\bEvent\b(?=[ &>{*])"

INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.M)


CLOSED = {f"{room}/{sub}" for room, subs in SUB_ROOMS.items() for sub in subs} - OPEN_TO_OTHERS.keys()


def wrong_within(room: str, name: str, included: str):
    """What is wrong with an include inside a room, or nothing."""
    sub, other = (path.split("/")[1] if path.count("/") == 2 else "" for path in (name, included))
    if sub == other or sub == "" or included in FACE.get(room, set()):
        return None
    return None if other in SUB_ROOMS[room][sub] else f"{room}/{sub} must not know {other or 'the room around it'}"


def wrong_includes(source: Path):
    for file in sorted(source.rglob("*.[ch]pp")):
        name = file.relative_to(source).as_posix()
        room = name.split("/")[0]
        for included in INCLUDE.findall(file.read_text()):
            other = included.split("/")[0]
            if other in MAY_INCLUDE and other != room and other not in MAY_INCLUDE[room]:
                yield f"src/{name} includes {included}: {room} must not know {other}"
            folder = included.rpartition("/")[0]
            if other != room and folder in CLOSED | OPEN_TO_OTHERS.keys():
                headers = OPEN_TO_OTHERS.get(folder, set())
                if headers is not None and included not in headers:
                    yield f"src/{name} includes {included}: {folder}/ does not show it to other rooms"
            if other == room and (problem := wrong_within(room, name, included)):
                yield f"src/{name} includes {included}: {problem}"
            for pattern, includers in ONE_INCLUDER.items():
                if re.match(pattern, included) and name not in includers:
                    yield f"src/{name} includes <{included}>: only {', '.join(sorted(includers))} may"


def way_to_kokkos(source: Path, name: str, seen: set):
    """The chain of includes from a file of src/ to <Kokkos_…>, or []."""
    seen.add(name)
    for included in INCLUDE.findall((source / name).read_text()):
        if re.match("Kokkos_", included):
            return [name, included]
        if included not in seen and (source / included).exists():
            if way := way_to_kokkos(source, included, seen):
                return [name, *way]
    return []


def heavy_headers(source: Path):
    headers = [file for room in WITHOUT_KOKKOS for file in sorted((source / room).rglob("*.hpp"))]
    readers = [file for pattern in READERS for file in sorted(source.glob(pattern))]
    for file in headers + readers:
        if way := way_to_kokkos(source, file.relative_to(source).as_posix(), set()):
            yield f"src/{way[0]} reaches Kokkos: {' → '.join(way[1:])}"


def unlisted_pictures(source: Path):
    for room, (macro, entry, suffix) in GALLERIES.items():
        catalogue = source / room / "catalogue.def"
        listed = set(re.findall(rf"^\s*{macro}\((\w+)", catalogue.read_text(), re.M))
        # A factory `SamplerEntry foo_sampler()` is what makes a file a picture; shared code has none.
        made = {}
        for file in (source / room).glob("*.cpp"):
            for name in re.findall(rf"^{entry} (\w+)_{suffix}\(\)", file.read_text(), re.M):
                made[name] = file.stem
        for name, stem in sorted(made.items()):
            if name not in listed:
                yield f"{room}/: {name} is not in the catalogue"
            if name != stem:
                yield f"{room}/{stem}.cpp makes {name}: a picture is named like its file"
        for name in sorted(listed - made.keys()):
            yield f"{catalogue.relative_to(source)} lists {name}, and no file makes it"


def shared_namespaces(source: Path):
    """Every picture has a namespace of its own: two `Settings` of one name are one to the linker, which says nothing."""
    seen = {}
    for file in sorted(source.rglob("*.cpp")):
        text = file.read_text()
        if "struct Settings" not in text:
            continue
        for space in re.findall(r"^namespace ([\w:]+) \{", text, re.M):
            space = space.removeprefix("plumbline::")
            if space != "plumbline" and space in seen:
                yield f"{file.relative_to(source)} and {seen[space]} both have a Settings in {space}"
            seen[space] = file.relative_to(source)


def kinds_named_elsewhere(source: Path):
    """Comments may name a kind as an example; code may not, in a type or in a string."""
    kinds = {"tilt"}  # a target of class labels
    for file in (source / "problem/observations").glob("*.cpp"):
        kinds |= set(re.findall(r'\.name = "([\w-]+)"', file.read_text()))
    kinds -= {"none", "linear", "class"}  # words of other things too; their types are looked for
    words = re.compile(KIND_TYPES + "|" + "|".join(f'"{kind}"' for kind in sorted(kinds)))
    for file in sorted(source.rglob("*.[ch]pp")):
        name = file.relative_to(source).as_posix()
        if name.startswith(("problem/observations/", "priors/")) or "processes/" in name:
            continue  # priors and processes have kinds of their own that share words
        code = re.sub(r"//[^\n]*", "", file.read_text())
        for found in words.findall(code):
            yield f"src/{name} names a kind of observation, {found}: ask for a capability"


def aliasing_mirrors(root: Path):
    """Where the host can reach it, create_mirror_view is the array itself: a forgotten copy would show on a GPU alone."""
    for file in sorted(p for room in ("src", "tests") for p in (root / room).rglob("*.[ch]pp")):
        code = re.sub(r"//[^\n]*", "", file.read_text())
        if "create_mirror" in code and file != root / "src/core/kokkos.hpp":
            yield f"{file.relative_to(root)} makes a mirror of its own: host_copy and host_mirror of core/kokkos.hpp do"


def crowded(root: Path):
    for file in sorted(p for room in ("src", "tests", "analysis") for p in (root / room).rglob("*")):
        if file.suffix in (".cpp", ".hpp", ".py") and (lines := file.read_text().count("\n")) > MOST_LINES:
            yield f"{file.relative_to(root)}: {lines} lines, asking to be two files"
    for folder in sorted(p for p in (root / "src").rglob("*") if p.is_dir()):
        name = folder.relative_to(root).as_posix()
        if name not in FOLDERS_OF_ANY_SIZE and (count := sum(p.is_file() for p in folder.iterdir())) > MOST_FILES:
            yield f"{name}: {count} files, asking for rooms inside"
        if "/" in name.removeprefix("src/") and folder.name not in SUB_ROOMS.get(name.split("/")[1], {}):
            yield f"{name}: a sub-room that the order of rooms does not know"


def broken_commands(root: Path):
    """A formatter for another language tears options apart (`python3 - B x.py` reads its program from standard input and
    succeeds), and a Python test that no CMake file names never runs."""
    texts = {}
    for file in sorted([root / "CMakeLists.txt", *(f for room in ("src", "tests", "third_party/cmake")
                                                   for f in (root / room).rglob("*") if f.name == "CMakeLists.txt" or f.suffix == ".cmake")]):
        texts[file.parent] = texts.get(file.parent, "") + file.read_text()
        for number, line in enumerate(file.read_text().splitlines(), 1):
            code = re.sub(r'"[^"]*"', '""', line.split("#")[0])
            if re.search(r"\s-{1,2} +[A-Za-z]", code):
                yield f"{file.relative_to(root)}:{number}: an option torn from its dash"
    for file in sorted((root / "tests").rglob("*_test.py")):
        text = "".join(texts.get(folder, "") for folder in file.parents)
        if file.name not in text and not ("_test.py" in text and re.search(rf"\b{file.stem.removesuffix('_test')}\b", text)):
            yield f"{file.relative_to(root)}: no CMakeLists.txt runs it"


def stale_recipes(root: Path):
    for page, file in RECIPES:
        if (root / file).read_text() not in (root / page).read_text():
            yield f"{page}: a recipe is not to the letter {file}"


def main() -> int:
    root = Path(sys.argv[1])
    source = root / "src"
    problems = [*wrong_includes(source), *heavy_headers(source), *unlisted_pictures(source),
                *shared_namespaces(source), *kinds_named_elsewhere(source), *aliasing_mirrors(root), *crowded(root), *broken_commands(root), *stale_recipes(root)]
    rooms = {p.name for p in source.iterdir() if p.is_dir()}
    problems += [f"src/{r}: a room that the order of rooms does not know" for r in sorted(rooms - set(MAY_INCLUDE))]
    print("\n".join(problems) or f"{len(rooms)} rooms in order")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
