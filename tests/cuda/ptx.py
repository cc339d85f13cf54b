"""What the device code of a file became: its kernels, whether each stores anything, and what it takes of a core of the GPU."""

import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FUNCTION = re.compile(r"^(?:\.(?:visible|weak|extern) )*\.(entry|func)[^(\n]*?(?:\([^)]*\))?\s*(\w+)\s*\([^{;]*^\{(.*?)^\}", re.M | re.S)
# Array elements are in global memory; behind a call the address space of a pointer may have been forgotten.
STORE = re.compile(r"\bst(?:\.\w+)*\.global\b|\b(?:atom|red)\.")
ANY_STORE = re.compile(r"\bst\.(?!local|shared|param)|\b(?:atom|red)\.")
CALL = re.compile(r"\bcall(?:\.uni)?\s+(?:\([^)]*\),\s*)?(\w+)")
FIGURES = re.compile(r"Compiling entry function '(\w+)'.*?(\d+) bytes stack frame, (\d+) bytes spill stores.*?Used (\d+) registers", re.S)


def demangled(names: list[str]) -> list[str]:
    done = subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True, check=True)
    return done.stdout.split("\n")[:len(names)]


def without_arguments(name: str) -> str:
    """f(A, B<C>)::{lambda(long)#1} → f: a lambda is known by the function that launches it."""
    while (at := name.find(")::{lambda")) >= 0:
        begin, depth = at, 1
        while depth:
            begin -= 1
            depth += (name[begin] == ")") - (name[begin] == "(")
        name = name[:begin] + name[name.index("}", at) + 1:]
    return name


def short(name: str) -> str:
    """The functor of a kernel, without namespaces: EvaluateBlocks<(CovarianceKind)0, 2, (Target)1>."""
    functor = name.partition("Kokkos::Impl::ParallelFor<")[2] or name
    functor = without_arguments(functor.replace("(anonymous namespace)::", ""))
    depth = 0
    for end, letter in enumerate(functor):
        depth += (letter in "<(") - (letter in ">)")
        if depth < 0 or (depth == 0 and letter == ","):
            functor = functor[:end]
            break
    return re.sub(r"\b(?:_INTERNAL\w+|[A-Za-z_0-9]+)::", "", functor)


@dataclass
class Kernel:
    mangled: str
    name: str
    stores: bool
    stack: int = 0
    spilled: int = 0
    registers: int = 0

    @cached_property
    def ours(self) -> bool:
        """Kokkos's own kernels destroy arrays, of which nothing is left when their elements need none."""
        return "9plumbline" in self.mangled


def kernels(text: str) -> list[Kernel]:
    bodies = {name: (kind, body) for kind, name, body in FUNCTION.findall(text)}

    def called_stores(name: str, seen: set) -> bool:
        if name in seen or name not in bodies:
            return False
        seen.add(name)
        body = bodies[name][1]
        return bool(ANY_STORE.search(body)) or any(called_stores(other, seen) for other in CALL.findall(body))

    entries = [name for name, (kind, _) in bodies.items() if kind == "entry"]
    found = []
    for mangled, name in zip(entries, demangled(entries)):
        body = bodies[mangled][1]
        stores = bool(STORE.search(body)) or any(called_stores(other, set()) for other in CALL.findall(body))
        found.append(Kernel(mangled, short(name), stores))
    return found


def measured(ptxas: Path, architecture: str, file: Path) -> list[Kernel]:
    """The kernels of a PTX file as they are assembled."""
    found = kernels(file.read_text())
    done = subprocess.run([ptxas, "-v", f"-arch={architecture}", file, "-o", file.with_suffix(".cubin")],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"ptxas refuses {file.name}:\n{done.stderr}")
    figures = {name: tuple(map(int, numbers)) for name, *numbers in FIGURES.findall(done.stderr)}
    for kernel in found:
        kernel.stack, kernel.spilled, kernel.registers = figures[kernel.mangled]
    return found
