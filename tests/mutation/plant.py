"""Plants the bugs of mutants.toml: copies of the source files they are in, where each site becomes a switch.

    expression   (planted(7) ? (wrong) : (right))
    statement    if (planted(7)) { wrong } else { right }

A site is the one place in its file (or in the one place of the text `within`) where `right` stands. When the file
has moved on and it no longer does, the mutant is stale: it is left out, so that a change in src/ never breaks a build,
and `check`, which is a test, fails and names it.

    plant.py check ROOT         every mutant of ROOT/tests/mutation/mutants.toml can be planted
    plant.py files ROOT         the files that have one, for CMake
    plant.py write ROOT FOLDER  the copies, at the same paths below FOLDER
"""

import sys
from dataclasses import dataclass
from pathlib import Path

try:
    import tomllib
except ModuleNotFoundError:
    print("planted bugs need Python 3.11 (tomllib)", file=sys.stderr)
    sys.exit(77)  # ctest: skipped

KEYS = {"id", "file", "what", "stands_for", "verify", "unseen", "suite", "edit", "right", "wrong", "within", "kind"}


class Stale(Exception):
    """What cannot be planted, and why."""


@dataclass(frozen=True)
class Edit:
    right: str
    wrong: str
    within: str = ""  # unique text around `right`, where that alone is not unique
    kind: str = "expression"


@dataclass(frozen=True)
class Mutant:
    number: int  # PLUMBLINE_PLANTED
    id: str
    file: str
    what: str
    stands_for: str
    verify: list[str]  # "sweep/label" of sweeps/, of which one must call it inconsistent
    unseen: str  # why no verdict can: in place of `verify`
    suite: list[str]  # "program:filter", of which one must fail
    edits: list[Edit]


def load(root: Path) -> list[Mutant]:
    entries = tomllib.loads((root / "tests/mutation/mutants.toml").read_text())["mutant"]
    mutants = []
    for number, e in enumerate(entries, start=1):
        if unknown := set(e) - KEYS:
            raise Stale(f"{e['id']}: unknown keys {sorted(unknown)}")
        if not e["file"].endswith(".cpp"):
            raise Stale(f"{e['id']}: {e['file']}: a header reaches files that are not compiled again")
        if bool(e.get("verify")) == bool(e.get("unseen")):
            raise Stale(f"{e['id']}: needs either `verify`, sweeps that see it, or `unseen`, why none can")
        parts = e.get("edit", [e])
        edits = [Edit(**{k: p[k] for k in ("right", "wrong", "within", "kind") if k in p}) for p in parts]
        mutants.append(Mutant(number, e["id"], e["file"], e["what"], e["stands_for"], e.get("verify", []),
                              e.get("unseen", ""), e.get("suite", []), edits))
    ids = [m.id for m in mutants]
    if twice := {i for i in ids if ids.count(i) > 1}:
        raise Stale(f"ids used twice: {sorted(twice)}")
    return mutants


def once(text: str, part: str, mutant: Mutant, name: str) -> int:
    if (count := text.count(part)) != 1:
        raise Stale(f"mutant '{mutant.id}' is stale: its `{name}` occurs {count} times, not once, in {mutant.file}"
                    f"{'' if name != 'right' else ' (or in its `within`)'}:\n    {part}")
    return text.index(part)


def site(text: str, mutant: Mutant, edit: Edit) -> tuple[int, int]:
    start = once(text, edit.within, mutant, "within") if edit.within else 0
    start += once(edit.within or text, edit.right, mutant, "right")
    return start, start + len(edit.right)


def switch(number: int, edit: Edit, right: str) -> str:
    if edit.kind == "statement":
        return f"if (::plumbline::planted({number})) {{ {edit.wrong} }} else {{ {right} }}"
    if edit.kind == "expression":
        return f"(::plumbline::planted({number}) ? ({edit.wrong}) : ({right}))"
    raise Stale(f"kind '{edit.kind}' is neither expression nor statement")


def planted(root: Path, file: str, mutants: list[Mutant]) -> tuple[str, list[str]]:
    """The text of `file` with its mutants, and why some are missing. Several may stand at one site, none may overlap
    another."""
    text = (root / file).read_text()
    sites: dict[tuple[int, int], list[tuple[int, Edit]]] = {}
    stale = []
    for m in mutants:
        try:
            own = [site(text, m, edit) for edit in m.edits]
        except Stale as error:
            stale.append(str(error))
            continue
        for span, edit in zip(own, m.edits):
            sites.setdefault(span, []).append((m.number, edit))
    spans = sorted(sites)
    for (_, end), (start, _) in zip(spans, spans[1:]):
        if start < end:
            raise Stale(f"{file}: two mutants overlap near:\n    {text[start:end]}")
    for span in reversed(spans):
        new = text[span[0]:span[1]]
        for number, edit in sites[span]:
            new = switch(number, edit, new)
        text = text[:span[0]] + new + text[span[1]:]
    return f'#include "mutation/planted.hpp"\n#line 1 "{file}"\n{text}', stale


def by_file(mutants: list[Mutant]) -> dict[str, list[Mutant]]:
    files: dict[str, list[Mutant]] = {}
    for m in mutants:
        files.setdefault(m.file, []).append(m)
    return files


def homeless(root: Path, mutants: list[Mutant]) -> list[Mutant]:
    return [m for m in mutants if not (root / m.file).is_file()]


def main(command: str, root: str, folder: str = "") -> int:
    source = Path(root)
    try:
        mutants = load(source)
        gone = homeless(source, mutants)
        files = by_file([m for m in mutants if m not in gone])
        if command == "files":
            print(";".join(files), end="")
            return 0
        copies = {file: planted(source, file, own) for file, own in files.items()}
    except Stale as error:
        print(f"tests/mutation/mutants.toml: {error}", file=sys.stderr)
        return 1
    stale = [f"mutant '{m.id}' is stale: there is no {m.file}" for m in gone]
    stale += [why for _, own in copies.values() for why in own]
    for why in stale:
        print(f"tests/mutation/mutants.toml: {why}", file=sys.stderr)
    if command == "check":
        print(f"{len(mutants) - len(stale)} of {len(mutants)} bugs can be planted, in {len(files)} files")
        return 1 if stale else 0
    for file, (text, _) in copies.items():
        target = Path(folder) / file
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_text() != text:
            target.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
