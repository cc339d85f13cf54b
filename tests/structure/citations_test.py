"""Every citation leads somewhere: a section to a heading of a README, "Author year" and "Author, slides" to an entry of
README's references, the path of a file to a file, a link to what it links; and every room has its page. CONTRIBUTING
says how one cites. Reads text; builds nothing."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

SIGN = chr(0xA7)  # spelled so that this file cites nothing
FOLDERS = ("src", "tests", "analysis", "experiments", "results")
KINDS = {".cpp", ".hpp", ".def", ".in", ".py", ".toml", ".cmake", ".txt", ".md", ".sh"}
PROSE = {".py", ".md"}  # paragraphs; elsewhere a block is a run of comment lines

# A room's page is named by its folder below src/, any other by its folder below the root.
PAGE = r"(?:(?:[a-z_]+/)+README|README|CONTRIBUTING)"
LIST = re.compile(rf"({PAGE})(?:\.md)?,? {SIGN}\d+(?:\.\d+)?(?:(?:, | and | to |; | or ){SIGN}\d+(?:\.\d+)?)*")
QUOTED = re.compile(rf'({PAGE})(?:\.md)?,? "([A-Z][^"]*)"')
SECTION = re.compile(rf"{SIGN}\s?(\d+(?:\.\d+)?)?")
# Notes that the project was planned with, and that nobody else can read.
ABSENT = re.compile(rf"\b(?:(?:MATH|DESIGN|PRACTICE|STYLE|BENCHMARKS|VERDICTS)\b|METHODS (?={SIGN})|S[0-4]\b(?!\())")

NAME = r"(?![A-Z]{3,}\b)[A-ZÀ-Ž][\w’'-]+(?: [A-ZÀ-Ž][\w’'-]+)*"
PAPER = re.compile(rf"\b({NAME}(?:(?:, {NAME})*,? (?:&|and) {NAME}| et al\.)?)(?:['’]s)?,? \(?((?:19|20)\d\d)\b(?!-\d|[.,]\d)")
SLIDES = re.compile(r"\b([A-Z]\w+), slides\b")
FILE = re.compile(r"(?<![\w./<-])((?:[\w-]+/)+[\w-]+\.(?:hpp|cpp|def|py|toml|md|cmake))\b(?!\.in)")
LINK = re.compile(r"\]\(([^)#:\s]+)\)")
EXAMPLES = {"src/samplers/moment_match.cpp", "src/diffusion/processes/sub_vp.cpp", "src/problem/observations/component.cpp",
            "src/priors/cross.cpp", "src/metrics/spread_error.cpp",
            "experiments/X.toml", "experiments/NAME.toml",
            "analysis/NAME.py", "src/samplers/smc/x.cpp", "tests/unit/samplers/smc/x_test.cpp"}  # files that pages speak of and that nobody has
LEADER = re.compile(r"^\s*(?:///?<?|#+)\s?")


def blocks(path: Path, text: str):
    """(line, text) of every run of comment lines, or paragraph; every other line, with the strings it continues, by itself."""
    if path.suffix in {".cpp", ".hpp"}:
        text = re.sub(r'"[ \t]*\n[ \t]*"', "\0", text)
    first, number, lines = 1, 0, []
    for line in text.split("\n"):
        number += 1 + line.count("\0")
        line = line.replace("\0", "")
        comment = LEADER.match(line) is not None and path.suffix != ".md"
        joins = bool(line.strip()) if path.suffix in PROSE else comment
        if not joins and lines:
            yield first, " ".join(lines)
            lines = []
        if joins:
            first = first if lines else number
            lines.append((LEADER.sub("", line) if comment else line).strip())
        elif line.strip():
            yield number, line.strip()
    if lines:
        yield first, " ".join(lines)


class Tree:
    """The pages, references and files that citations may lead to."""

    def __init__(self, root: Path):
        self.root = root
        listed = subprocess.run(["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard"],
                                capture_output=True, text=True, check=False)
        names = listed.stdout.split("\n") if listed.returncode == 0 else \
            [p.relative_to(root).as_posix() for folder in FOLDERS for p in (root / folder).rglob("*")]
        self.files = sorted(n for n in names if n and (root / n).is_file())
        readme = (root / "README.md").read_text()
        self.references = re.findall(r"^- (.+)$", readme.partition("\n## References\n")[2], re.M)

    @cache
    def headings(self, page: str) -> list[str] | None:
        """The headings of a page; None when there is no such page."""
        for name in (f"src/{page}.md", f"{page}.md"):
            if (self.root / name).is_file():
                return re.findall(r"^#{2,3} (.+)$", (self.root / name).read_text(), re.M)
        return None

    def has_section(self, page: str, number: str) -> bool:
        return any(h.startswith((f"{number}. ", f"{number} ")) for h in self.headings(page) or [])

    def has_paper(self, authors: str, year: str) -> bool:
        """The first author opens an entry of that year, which names the others too. Words before a name may be a sentence's."""
        candidates = [authors.split(", ", i)[-1] for i in range(authors.count(", ") + 1)]
        for first, *others in (re.split(r", | & | and ", c.removesuffix(" et al.")) for c in candidates):
            words = first.split()
            tails = [" ".join(words[i:]) for i in range(len(words))]
            for entry in self.references:
                wrote, found, _ = entry.partition(f" ({year})")
                opens = any(re.match(rf"(?:von |del |De |Del )?{re.escape(t)}\b", wrote) for t in tails)
                if found and opens and all(other in wrote for other in others):
                    return True
        return False

    def has_slides(self, author: str) -> bool:
        return any(e.startswith(f"{author}, ") and "slides" in e for e in self.references)

    @cache
    def has_file(self, path: str) -> bool:
        return any(f == path or f.endswith("/" + path) for f in self.files)


def wrong_sections(tree: Tree, own: str | None, text: str):
    """`own` is the page that a section without a page means: a README cites its own sections so."""
    named = {}  # place of a section sign → page
    for match in LIST.finditer(text):
        named |= {at: match.group(1) for at in range(match.start(), match.end()) if text[at] == SIGN}
    last = None
    for match in SECTION.finditer(text):
        page = named.get(match.start())
        last = page or last
        page = page or own or last
        if page is None or match.group(1) is None:
            yield f"{text[max(0, match.start() - 30):match.end()]!r} names no section of a page"
        elif tree.headings(page) is None:
            yield f"there is no page {page}"
        elif not tree.has_section(page, match.group(1)):
            yield f"{page} has no section {match.group(1)}"
    for page, heading in QUOTED.findall(text.replace('\\"', '"')):
        if not any(re.sub(r"^[\d.]+ ", "", h).startswith(heading.rstrip(".,")) for h in tree.headings(page) or []):
            yield f'{page} has no heading "{heading}"'


def wrong_citations(tree: Tree, name: str, text: str):
    path = Path(name)
    if name == "README.md":
        text = text.partition("\n## References\n")[0]  # titles of papers cite nothing
    own = name.removeprefix("src/").removesuffix(".md") if path.suffix == ".md" else None
    for line, block in blocks(path, text):
        complaints = list(wrong_sections(tree, own, block))
        complaints += [f"{word!r} is a document that the repository does not have" for word in ABSENT.findall(block)]
        complaints += [f"README has no reference {authors} {year}" for authors, year in PAPER.findall(block) if not tree.has_paper(authors, year)]
        complaints += [f"README has no slides of {author}" for author in SLIDES.findall(block) if not tree.has_slides(author)]
        if path.suffix == ".md" or (path.suffix != ".py" and LEADER.match(text.split("\n")[line - 1])):
            missing = [file for file in FILE.findall(block) if file not in EXAMPLES and not tree.has_file(file)]
            complaints += [f"there is no file {file}" for file in missing]
        if path.suffix == ".md":
            complaints += [f"{link} links to nothing" for link in LINK.findall(block) if not (tree.root / path.parent / link).exists()]
        for complaint in complaints:
            yield f"{name}:{line}: {complaint}"


# Would it notice? Each of these is found, and nothing is found in the last ones.
PLANTED = [
    ("src/x.hpp", f"// The score. MATH {SIGN}3.", "'MATH'"),
    ("src/x.hpp", "// as S4 has it", "'S4'"),
    ("src/x.hpp", f"// The score (mixture/README {SIGN}99).", "mixture/README has no section 99"),
    ("src/x.hpp", f"// The score (mixture/README\n// {SIGN}3, {SIGN}99).", "mixture/README has no section 99"),
    ("src/x.hpp", f"// The score (mixtures/README {SIGN}3).", "no page mixtures/README"),
    ("src/x.hpp", f"// The score, {SIGN}3.", "names no section"),
    ("src/x.cpp", f'f("exact", "problem/README "\n  "{SIGN}77");', "problem/README has no section 77"),
    ("src/x.cpp", '.reference = "Nobody & Sons 1999, algorithm 2"', "no reference Nobody & Sons 1999"),
    ("src/x.cpp", '.reference = "Song et al. 1921"', "no reference Song et al. 1921"),
    ("src/x.cpp", "// Nobody, slides, algorithm 1", "no slides of Nobody"),
    ("src/x.cpp", "// tested in unit/nowhere/no_test.cpp", "no file unit/nowhere/no_test.cpp"),
    ("src/x.cpp", '// README, "No such heading"', "no heading"),
    ("src/mixture/README.md", f"as in {SIGN}98", "mixture/README has no section 98"),
    ("src/mixture/README.md", "see [there](no_page.md)", "no_page.md links to nothing"),
    ("tests/x.py", f'"""Words.\nMore words (core/README {SIGN}97)."""', "core/README has no section 97"),
    ("src/x.hpp", f"// Fine: mixture/README {SIGN}3 and {SIGN}4; Song & Ermon 2019, eq. (2); Papp, slides; core/math.hpp.", None),
    ("src/mixture/README.md", f"Fine: {SIGN}3, diffusion/README {SIGN}2, Kong 1992.", None),
]


def self_check(tree: Tree):
    for name, text, expected in PLANTED:
        found = list(wrong_citations(tree, name, text))
        if expected is None and found:
            yield f"citations_test: {text!r} is fine, and was found wrong: {found}"
        if expected is not None and not any(expected in f for f in found):
            yield f"citations_test: {text!r} is wrong ({expected}), and was not found: {found}"


def main() -> int:
    root = Path(sys.argv[1])
    tree = Tree(root)
    pages = [f for f in tree.files if f.endswith(".md") and f.count("/") == 0]
    cited = [f for f in tree.files if f.split("/")[0] in FOLDERS and Path(f).suffix in KINDS and Path(f).name != "digits.txt"]
    problems = list(self_check(tree))
    rooms = sorted({f.split("/")[1] for f in tree.files if f.startswith("src/") and f.count("/") > 1})
    problems += [f"src/{room}/ has no README.md" for room in rooms if tree.headings(f"{room}/README") is None]
    for name in pages + cited:
        if not name.endswith("structure/citations_test.py"):
            problems += wrong_citations(tree, name, (root / name).read_text())
    print("\n".join(problems) or f"all citations of {len(pages + cited)} files lead somewhere")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
