"""Inputs of every wrong kind: exit code 2, one line that says what is wrong, nothing written, never a crash."""

import os

import common

# What to replace in the sweep, by what, and what the one line on standard error says.
BAD_SPECS = [
    ('schema = "plumbline/1"', 'schema = "plumbline/9"', "schema"),
    ('schema = "plumbline/1"\n', "", "schema"),
    ("seed = 3", "sede = 3", ("sede", "did you mean 'seed'")),
    ("seed = 3", "seed = -3", "seed"),
    ("seed = 3", "seed = 1.5", "seed"),
    ("replicates = 2\n", "replicates = 0\n", "replicates"),
    ("replicates = 2\n", 'replicates = "two"\n', "replicates"),
    ("draws = 64", "draws = 1e3", "draws"),
    ("draws = 64", "draws = 99999999999999999999", ""),
    ('kind = "ou"', 'kind = "ouch"', ("ouch", "tiny.toml:9")),
    ("horizon = 4.0", "horizon = -1.0", "horizon"),
    ("horizon = 4.0", "horizon = nan", "horizon"),
    ("horizon = 4.0", "horizn = 4.0", "did you mean 'horizon'"),
    ("weights = [1.0, 2.0]", "weights = [1.0, -2.0]", "weights"),
    ("weights = [1.0, 2.0]", "weights = [0.0, 0.0]", "weights"),
    ("weights = [1.0, 2.0]", "weights = [1.0, 2.0, 3.0]", "weights"),
    ("weights = [1.0, 2.0]", "weights = [1.0, inf]", "weights"),
    ("weights = [1.0, 2.0]", 'weights = "even"', "weights"),
    ("[2.0, 1.0]]", "[2.0]]", "means"),
    ("[2.0, 1.0]]", "[2.0, nan]]", "means"),
    ("variances = [1.0, 0.5]", "variances = [1.0, -0.5]", "variances"),
    ("variances = [1.0, 0.5]", "variances = [1.0]", "variances"),
    ("variances = [1.0, 0.5]", "covariances = [[[1, 2], [2, 1]], [[1, 0], [0, 1]]]", "covariances"),
    ("observed = [1]", "observed = [2]", "observed"),
    ("observed = [1]", "observed = [-1]", "observed"),
    ("observed = [1]", "observed = [1, 1]", "observed"),
    ("observed = [1], y = [0.5]", "observed = [0, 1], y = [0.5, 1.0]", "observed"),
    ("y = [0.5]", "y = [0.5, 1.0]", "y"),
    ("y = [0.5]", 'y = "drawn"', "y"),
    ('kind = "inpainting"', 'kind = "in painting"', "inpainting"),
    ('kind = "replacement"', 'kind = "replacment"', "did you mean 'replacement'"),
    ('label = "re"', 'label = "exact"', "label"),
    *[('label = "re"', f'label = "{group}"', ("label", "problem, samples, ess"))
      for group in ("null", "problem", "samples", "ess", "verdict", "look")],
    ('observed = [1], y = [0.5] }', 'observed = [1], y = 0.5 }', ("y", 'a list of numbers, or "draw", not a number')),
    ('observed = [1], y = [0.5] }', 'observed = [1], y = [0.5], "observed[x]" = 1 }', ("observed[x]", "tiny.toml:11")),
    ('observed = [1], y = [0.5] }', 'observed = [1], y = [0.5], "observed[99999999999999999999]" = 1 }', "unknown key"),
    ('kind = "inpainting", observed = [1], y = [0.5]',
     'kind = "linear", A = [], noise_covariance = [], y = []', ("A = []", "at least one row")),
    ('kind = "inpainting", observed = [1], y = [0.5]',
     'kind = "linear", A = [[1, 0], [0, 1]], noise_covariance = [[1, 0], [0, 0]], y = "draw"',
     ("noise_covariance", "positive definite")),
    ('label = "re"', 'label = "a/b"', "label"),
    ("steps = [4, 8]", "steps = [4, 0]", "steps"),
    ("steps = [4, 8]", "steps = [4, 4]", "steps"),
    ("steps = [4, 8]", "steps = []", "steps"),
    ("steps = [4, 8]", "stepz = [4, 8]", "did you mean 'steps'"),
    ("steps = [4, 8]", "steps = { geom = [0, 8, 3] }", "steps"),
    ('kernel = ["exact", "em"]', 'kernel = ["exact", "emm"]', "kernel"),
    ('use = ["mean_error"]', 'use = ["mean_eror"]', "did you mean 'mean_error'"),
    ('use = ["mean_error"]', "use = []", "use"),
    ("[problem]", "[problem", "tiny.toml:8"),
    ('name = "tiny"', 'name = "tiny', "tiny.toml:2"),
    ('name = "tiny"', 'name = "tiny"\nname = "again"', "tiny.toml:3"),
]


class Malformed(common.Case):
    def test_bad_sweep_files(self):
        for old, new, says in BAD_SPECS:
            with self.subTest(new or f"without {old}"):
                self.assertIn(old, common.SPEC)
                self.write("tiny.toml", common.SPEC.replace(old, new, 1))
                (self.folder / "out.h5").unlink(missing_ok=True)  # of a failure before
                done = self.refused(2, "run", "tiny.toml", "--out", "out.h5", says=says)
                self.assertIn("tiny.toml", done.err)
                self.assertEqual(self.files(), ["tiny.toml"])

    def test_files_that_are_not_sweeps(self):
        for name, content in (("empty.toml", b""), ("binary.toml", bytes(range(256))), ("nul.toml", b"a = 1\0"),
                              ("deep.toml", b"a = " + b"[" * 5000), ("huge.toml", b"# " + b"x" * 3_000_000)):
            (self.folder / name).write_bytes(content)
            with self.subTest(name):
                self.refused(2, "plan", name, says=name)
        self.refused(2, "plan", "nowhere.toml", says="nowhere.toml")
        self.refused(2, "plan", ".", says=".")

    def test_bad_words_on_the_command_line(self):
        for words, says in (
                (["sampler.re.steps"], "KEY=VALUE"),
                (["sampler.ree.steps=4"], "did you mean 're'"),
                (["sampler.re.stepz=4"], "did you mean 'steps'"),
                (["sampler.re.steps="], "needs a value"),
                (["sampler.re.steps=4,,8"], "empty"),
                (["sampler.re.steps=four"], "steps"),
                (["problem.prior.weights=1"], "weights"),
                (["=4"], "KEY=VALUE"),
                (["sampler.re.steps=geom(4)"], "steps"),
                (["--shard", "0/2"], "--shard"), (["--shard", "3/2"], "--shard"), (["--shard", "x"], "--shard"),
                (["--max-time", "soon"], "--max-time"), (["--max-time", "-5"], "--max-time"),
                (["--max-fail", "0"], "--max-fail"), (["--max-fail", "many"], "--max-fail"),
                (["--only", "nobody"], "--only"), (["--out"], "--out")):
            with self.subTest(" ".join(words)):
                self.refused(2, "run", "tiny.toml", *words, says=says)
                self.assertEqual(self.files(), ["tiny.toml"])

    def test_outputs_that_cannot_be_written(self):
        (self.folder / "folder").mkdir()
        self.h5("points.h5", z=[[0.0, 0.0]])
        before = self.files()
        linux = ("/dev/full", "/proc/x.h5") if os.path.exists("/dev/full") else ()
        for out in ("folder", "nowhere/x.h5", "/dev/null", *linux):
            with self.subTest(out):
                self.refused(1, "draw", "tiny.toml", "--sampler", "exact", "--out", out, says=out)
                self.refused(1, "oracle", "tiny.toml", "--time", 1, "--at", "points.h5", "--out", out, says=out)
        self.assertEqual(self.files(), before)
        self.assertFalse(os.path.isfile("/dev/null") or os.path.isfile("/dev/full"))

    def test_an_output_that_is_another_kind_of_file_is_left_alone(self):
        self.write("notes.h5", "my notes\n")
        self.refused(1, "run", "tiny.toml", "--out", "notes.h5", says="notes.h5")
        self.assertEqual((self.folder / "notes.h5").read_text(), "my notes\n")

    def test_files_that_are_not_results(self):
        self.write("text.h5", "text")
        self.write("empty.h5", "")
        self.h5("points.h5", z=[[0.0]])
        for name in ("text.h5", "empty.h5", "points.h5", "nowhere.h5", "."):
            for command in (["status", name], ["show", name], ["compare", name, name],
                            ["merge", name, "--out", "out.h5"]):
                with self.subTest(" ".join(command)):
                    self.refused(1, *command)
        self.assertNotIn("out.h5", self.files())

    def test_truncated_results_are_refused(self):
        self.ok("run", "tiny.toml", "--out", "r.h5")
        whole = (self.folder / "r.h5").read_bytes()
        end = whole.rindex(b"\nplumbline digest ")  # a lost seal alone loses no data
        for size in range(0, end, end // 40):
            (self.folder / "r.h5").write_bytes(whole[:size])
            self.refused(1, "show", "r.h5", says="r.h5")


if __name__ == "__main__":
    common.main()
