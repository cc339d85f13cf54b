#!/usr/bin/env python3
"""Writes digits.txt beside this file from scikit-learn's copy of the data (Debian: python3-sklearn).
With --check it compares instead: exit 1 when they differ, 77 when scikit-learn is absent."""

import sys
from pathlib import Path

HEADER = """\
# Optical recognition of handwritten digits: 1797 images of 8 x 8 pixels, test set. One image a line, in the order of
# scikit-learn's load_digits: 64 pixels row by row, 0 (empty) to 16 (full) as one character of 0123456789abcdefg, then
# the digit that was written. Alpaydin and Kaynak 1998, UCI Machine Learning Repository, doi:10.24432/C50P49,
# licence CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/). Pixels unchanged; written here by make_digits.py.
"""


def text() -> str:
    from sklearn.datasets import load_digits

    data = load_digits()
    lines = (
        "".join("0123456789abcdefg"[int(pixel)] for pixel in image) + f" {label}\n"
        for image, label in zip(data.data, data.target)
    )
    return HEADER + "".join(lines)


def main() -> int:
    path = Path(__file__).with_name("digits.txt")
    try:
        expected = text()
    except ImportError:
        print("scikit-learn is not installed")
        return 77
    if "--check" in sys.argv[1:]:
        same = path.read_text() == expected
        print("the same 1797 images" if same else f"{path} differs from scikit-learn's data")
        return 0 if same else 1
    path.write_text(expected)
    return 0


if __name__ == "__main__":
    sys.exit(main())
