"""--profile: a tree of the command's time by phase and kernel on standard error, whose parts add up; the numbers stay as they are."""

import re

import common

ROW = re.compile(r"^ *(\d+\.\d{4}) (.{6}) (.{9})  ( *)(\S.*)$")


def tree(text):
    """[(path, seconds, percent, count)] of the rows behind the heading; the path from "all" down."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.split() == ["seconds", "%", "count"])
    rows, path = [], []
    for line in lines[start + 1:]:
        if "allocations, " in line or not line.strip():
            continue
        seconds, percent, count, indent, name = ROW.match(line).groups()
        path = path[:len(indent) // 2] + [name]
        rows.append((tuple(path), float(seconds), float(percent), int(count.strip() or 0)))
    return rows


class Profile(common.Case):
    def test_a_run_shows_phases_kernels_and_what_neither_explains(self):
        rows = tree(self.ok("run", "tiny.toml", "draws=20000", "--out", "r.h5", "--profile").err)
        count = {path: number for path, _, _, number in rows}
        seconds = {path: time for path, time, _, _ in rows}
        self.assertEqual(rows[0][:1] + rows[0][2:], (("all",), 100.0, 1))
        self.assertEqual(count["all", "re"], 8)  # 2 kernels × 2 steps × 2 replicates
        self.assertEqual(count["all", "re", "draw"], 8)
        self.assertEqual(count["all", "re", "mean_error"], 8)
        self.assertEqual(count["all", "exact draws"], 2)
        self.assertIn(("all", "files"), count)
        self.assertTrue(any(len(path) == 4 and path[:3] == ("all", "re", "draw") and "::" in path[3] for path in count), rows)
        for path in seconds:  # what is inside adds up to the whole, to the last digit of each
            inside = [time for other, time in seconds.items() if other[:-1] == path]
            if inside:
                self.assertAlmostEqual(sum(inside), seconds[path], delta=1e-4 * (len(inside) + 1), msg=path)
        self.assertFalse(any(path[-1] == path[-2] for path in seconds if len(path) > 1), "a phase in itself is one")

    def test_longest_first_and_the_rest_last(self):
        rows = tree(self.ok("run", "tiny.toml", "--out", "r.h5", "--profile").err)
        for parent in {path[:-1] for path, *_ in rows if len(path) > 1}:
            children = [(path[-1], time) for path, time, *_ in rows if path[:-1] == parent]
            self.assertTrue(children[-1][0].startswith("other"), children)
            times = [time for _, time in children[:-1]]
            self.assertEqual(times, sorted(times, reverse=True), children)

    def test_nothing_is_said_or_changed_without_it(self):
        plain = self.ok("run", "tiny.toml", "--out", "plain.h5")
        self.assertNotIn("seconds", plain.err)
        self.ok("run", "tiny.toml", "--out", "profiled.h5", "--profile")
        self.assertIn("agree", self.ok("compare", "plain.h5", "profiled.h5").out)

    def test_draw_score_and_verify_have_it_and_keep_standard_output_for_data(self):
        drawn = self.ok("draw", "tiny.toml", "--sampler", "exact", "--n", "200", "--out", "x.h5", "--profile")
        self.assertEqual(drawn.out, "")
        self.assertIn(("all", "exact"), [path for path, *_ in tree(drawn.err)])
        scored = self.ok("score", "tiny.toml", "--samples", "x.h5", "--level", "0.2", "--json", "--profile")
        self.assertTrue(scored.out.startswith("{"))
        self.assertIn(("all", "mean_error"), [path[:2] for path, *_ in tree(scored.err)])
        judged = self.plumbline("verify", "tiny.toml", "--out", "r.h5", "--profile")
        paths = [path for path, *_ in tree(judged.err)]
        self.assertIn(("all", "re"), paths)
        self.assertIn(("all", "self-test"), paths)


if __name__ == "__main__":
    common.main()
