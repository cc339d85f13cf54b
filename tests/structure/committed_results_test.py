"""No committed result names the machine that made it: neither host nor device nor a folder of its own. results/reference/remake
makes them so. The sweep file inside is verbatim and not looked at. Skipped (77) without h5py.

    committed_results_test.py ROOT"""

import os
import re
import sys
from pathlib import Path

try:
    import h5py
except ImportError as missing:
    if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3") and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])
    print(f"skipped: {missing}")
    sys.exit(77)

FOLDER = re.compile(r"""(?:^|[\s=:,;'"(\[]|-[IL])(~?/[\w.~-][^\s'"]*|[A-Za-z]:\\[^\s'"]*)""")
WITHHELD = ("host", "device")  # attributes that PLUMBLINE_ANONYMOUS withholds


def texts(value):
    """Every string in an attribute or a dataset."""
    if isinstance(value, (str, bytes)):
        yield value.decode(errors="replace") if isinstance(value, bytes) else value
    elif hasattr(value, "dtype") and value.dtype.kind in "OSU":
        for element in value.flat:
            yield from texts(element)


def complaints(file: h5py.File):
    for name in WITHHELD:
        if (value := file.attrs.get(name)) != "withheld":
            yield f"attribute {name} is {value!r}"

    def words(name, item):
        yield from ((f"{name}@{key}", text) for key, value in item.attrs.items() if key != "spec" for text in texts(value))
        if isinstance(item, h5py.Dataset):
            yield from ((name, text) for text in texts(item[()]))

    found = [*words("", file)]
    file.visititems(lambda name, item: found.extend(words(f"/{name}", item)))
    for where, text in found:
        if match := FOLDER.search(text):
            yield f"{where} names the folder {match[1]}"


def main() -> int:
    root = Path(sys.argv[1])
    files = sorted((root / "results/reference").rglob("*.h5"))
    wrong = []
    for path in files:
        with h5py.File(path) as file:
            wrong += [f"{path.relative_to(root)}: {complaint}" for complaint in complaints(file)]
    print("\n".join(wrong) or f"{len(files)} committed results name no machine")
    if wrong:
        print("results/reference/remake makes them anew")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
