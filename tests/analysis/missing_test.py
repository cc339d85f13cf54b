"""A figure script that is given a result file without what it draws ends with one line that says what is missing.

    missing_test.py ROOT"""

import contextlib
import io
import runpy
import sys
import tempfile
import unittest
from pathlib import Path

import h5py

ROOT = Path(sys.argv.pop(1)).resolve()
sys.path.insert(0, str(ROOT / "analysis"))
REFERENCES = sorted((ROOT / "results/reference").glob("*.h5"))
SCRIPTS = sorted((ROOT / "analysis").glob("*.py"))


def said(script, results, figures):
    """What the script prints on standard error when its result file is `results`; "" when it draws."""
    words, usual, arguments = io.StringIO(), sys.excepthook, sys.argv
    sys.argv = [str(script), str(results), "--figures", str(figures)]
    try:
        with contextlib.redirect_stderr(words), contextlib.redirect_stdout(io.StringIO()):
            try:
                runpy.run_path(str(script), run_name="__main__")
            except SystemExit as error:
                print(error, file=sys.stderr)
            except Exception as error:
                sys.excepthook(type(error), error, error.__traceback__)
    finally:
        sys.excepthook, sys.argv = usual, arguments
    return words.getvalue()


class Missing(unittest.TestCase):
    def test_every_script_draws_a_committed_result_or_says_what_it_lacks(self):
        self.assertTrue(REFERENCES)
        with tempfile.TemporaryDirectory() as figures:
            for script in SCRIPTS:
                for results in REFERENCES:
                    with self.subTest(f"{script.name} {results.name}"):
                        text = said(script, results, figures)
                        self.assertNotIn("Traceback", text)
                        self.assertLessEqual(len(text.splitlines()), 1, text)
                        if text:
                            self.assertIn(results.name, text)
                            self.assertRegex(text, "no sampler|no group|it lacks|schema")

    def test_a_file_that_is_no_result_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            text, other = Path(folder) / "text.h5", Path(folder) / "other.h5"
            text.write_text("no HDF5")
            with h5py.File(other, "w") as file:
                file["x"] = [1.0]
            for path, says in ((text, "no result file"), (other, "schema"), (Path(folder) / "absent.h5", "no such file")):
                line = said(ROOT / "analysis/smc.py", path, folder)
                self.assertEqual(len(line.splitlines()), 1, line)
                self.assertIn(says, line)

    def test_an_error_that_the_file_does_not_explain_keeps_its_traceback(self):
        from plumbline import missing

        class Everything:
            path, samplers, groups = Path("r.h5"), {}, ()

        words, usual = io.StringIO(), sys.excepthook
        try:
            missing.explain(ROOT / "analysis/absent.py", Everything())
            with contextlib.redirect_stderr(words):
                try:
                    [].index(1)
                except ValueError as error:
                    sys.excepthook(type(error), error, error.__traceback__)
        finally:
            sys.excepthook = usual
        self.assertIn("Traceback", words.getvalue())


if __name__ == "__main__":
    unittest.main(verbosity=1)
