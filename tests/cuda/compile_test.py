"""The device code of a room compiles as the cuda preset compiles it, without a GPU and without a Kokkos built for one:

    compile_test.py ROOT BUILD ROOM -- FLAG …       every file of src/ROOM that reaches Kokkos
    compile_test.py ROOT BUILD planted -- FLAG …    this test refuses wrong kernels (tests/cuda/planted)

nvcc makes PTX of them. A kernel that calls a function of the host's is an error, for which nvcc only warns and then
compiles what depends on the call away; every kernel stores something; and none takes more registers or spills more than
ceilings.toml allows. Files are compiled by dozens, as parsing Kokkos is most of what one costs; of a batch that fails
each by itself, which says whose fault it is. 77: nvcc or the CUDA part of Kokkos's headers is not here."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

try:
    import tomllib
except ImportError:
    print("skipped: the table of ceilings needs Python 3.11 (tomllib)")
    sys.exit(77)

import kokkos_headers
import ptx

BATCH = 20
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
HERE = Path(__file__).parent


class Refused(Exception):
    """What is wrong with a batch of files."""


def skip(why: str):
    print(f"skipped: {why}")
    sys.exit(77)


def tool(name: str) -> Path:
    found = shutil.which(name)
    return Path(found) if found else skip(f"no {name} on PATH")


def host_words(build: Path, room: str) -> list[str]:
    """-D, -I and -isystem of the room's files, as the build has them; its own Kokkos included."""
    listed = build / "compile_commands.json"
    commands = json.loads(listed.read_text()) if listed.exists() else []
    for entry in commands:
        if f"plumbline_{room}.dir" not in entry["command"]:
            continue
        words, kept = shlex.split(entry["command"]), []
        for word, after in zip(words, words[1:]):
            if word == "-isystem":
                kept += [word, after]
            elif word.startswith(("-D", "-I")):
                kept.append(word)
        return kept
    return skip(f"{listed.name} does not say how src/{room} is compiled")


def with_cuda(words: list[str]) -> Path:
    """The folder of Kokkos's headers."""
    for word in words:
        folder = Path(word.removeprefix("-I"))
        if (folder / "Kokkos_Core.hpp").exists() and (folder / "Cuda/Kokkos_Cuda.hpp").exists():
            return folder
    return skip("this Kokkos has no headers for CUDA")


def reaches_kokkos(source: Path, name: str, seen: set) -> bool:
    """Does a file include core/kokkos.hpp, however long the way?"""
    seen.add(name)
    included = [other for other in INCLUDE.findall((source / name).read_text()) if (source / other).exists()]
    return "core/kokkos.hpp" in included or any(reaches_kokkos(source, other, seen) for other in included if other not in seen)


def files_of(source: Path, room: str) -> list[Path]:
    return [file for file in sorted((source / room).rglob("*.cpp"))
            if file.name != "main.cpp" and reaches_kokkos(source, file.relative_to(source).as_posix(), set())]


class Compiler:
    """nvcc, its flags, and a folder for what it makes."""

    def __init__(self, root: Path, build: Path, room: str, flags: list[str]):
        self.nvcc, self.ptxas = tool("nvcc"), tool("ptxas")
        tool("c++filt")
        self.folder = build / "tests/cuda" / room
        words = host_words(build, "core" if room == "planted" else room)
        kokkos_headers.write(self.folder / "include", with_cuda(words))
        self.command = [self.nvcc, "-ptx", "-x", "cu", f"-arch={kokkos_headers.ARCHITECTURE}", "-std=c++20", "-Xcompiler", "-fopenmp",
                        "-Werror", "cross-execution-space-call", *flags, "-I", self.folder / "include", "-I", root / "src", *words]

    def kernels(self, name: str, files: list[Path]) -> list[ptx.Kernel]:
        source, made = self.folder / f"{name}.cpp", self.folder / f"{name}.ptx"
        source.write_text("".join(f'#include "{file}"\n' for file in files))
        done = subprocess.run([*self.command, source, "-o", made], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Refused(done.stderr)
        if done.stderr:
            print(done.stderr)
        return ptx.measured(self.ptxas, kokkos_headers.ARCHITECTURE, made)

    def room(self, files: list[Path]) -> tuple[list[ptx.Kernel], list[str]]:
        """All kernels of the files, and what the compiler refuses."""
        found, wrong = [], []
        for first in range(0, len(files), BATCH):
            batch = files[first:first + BATCH]
            try:
                found += self.kernels(f"batch_{first // BATCH}", batch)
                continue
            except Refused:
                print(f"a batch is refused: its {len(batch)} files one by one")
            for file in batch:
                try:
                    found += self.kernels(f"alone_{file.stem}", [file])
                except Refused as refusal:
                    wrong.append(f"{file}: nvcc refuses it\n{refusal}")
        return found, wrong


def complaints(kernels: list[ptx.Kernel], ceilings: list[dict]):
    """What is wrong with kernels that compile. The first ceiling whose pattern fits the whole name holds."""
    used = set()
    for kernel in kernels:
        if not kernel.ours:
            continue
        if not kernel.stores:
            yield f"{kernel.name}: no store in its PTX. Undefined behaviour compiles to nothing"
        number, row = next((n, r) for n, r in enumerate(ceilings) if re.fullmatch(r["kernel"], kernel.name))
        used.add(number)
        if kernel.registers > row["registers"] or kernel.spilled > row.get("spilled", 0):
            yield (f"{kernel.name}: {kernel.registers} registers, {kernel.spilled} bytes spilled; ceilings.toml allows "
                   f"{row['registers']} and {row.get('spilled', 0)} ({row['why']})")
    for number, row in enumerate(ceilings):
        if number not in used and row["kernel"] != ".*":
            yield f"ceilings.toml: no kernel is called {row['kernel']}"


def table(room: str) -> list[dict]:
    rows = tomllib.loads((HERE / "ceilings.toml").read_text())["ceiling"]
    return [row for row in rows if row.get("room", room) == room]


def check_room(compiler: Compiler, files: list[Path], room: str) -> int:
    kernels, wrong = compiler.room(files)
    wrong += complaints(kernels, table(room))
    ours = [kernel for kernel in kernels if kernel.ours]
    largest = max(ours, key=lambda kernel: kernel.registers, default=None)
    print("\n".join(wrong) or f"{len(files)} files, {len(ours)} kernels" +
          (f", at most {largest.registers} registers ({largest.name})" if largest else ""))
    return 1 if wrong else 0


def check_planted(compiler: Compiler) -> int:
    """File → what has to be said about it; nothing of right.cpp."""
    anything = [{"kernel": ".*", "registers": 255, "why": ""}]
    cases = [("right", anything, ""), ("host_call", anything, "calling a __host__ function"), ("stores_nothing", anything, "no store in its PTX"),
             ("right", [{"kernel": "twice", "registers": 2, "why": "planted"}], "allows 2 and 0 (planted)"),
             ("right", [{"kernel": "thrice", "registers": 9, "why": ""}, *anything], "no kernel is called thrice")]
    failed = 0
    for number, (name, ceilings, expected) in enumerate(cases):
        kernels, wrong = compiler.room([HERE / f"planted/{name}.cpp"])
        wrong += complaints(kernels, ceilings)
        right = any(expected in text for text in wrong) if expected else not wrong
        print(f"{number}. {name}: {'as expected' if right else 'NOT as expected'}: {(wrong or ['nothing to say'])[0].strip().splitlines()[0]}")
        failed += not right
    return 1 if failed else 0


def main() -> int:
    root, build, room, _, *flags = sys.argv[1:]
    source = Path(root) / "src"
    compiler = Compiler(Path(root), Path(build), room, flags)
    if room == "planted":
        return check_planted(compiler)
    return check_room(compiler, files_of(source, room), room)


if __name__ == "__main__":
    sys.exit(main())
