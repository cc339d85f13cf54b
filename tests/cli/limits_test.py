"""Sizes that no machine has: refused at once, by key, need and limit, whatever the command."""

import time

import common


class Limits(common.Case):
    def at_once(self, *arguments, says):
        begun = time.monotonic()
        self.refused(2, *arguments, says=says)
        self.assertLess(time.monotonic() - begun, 5)  # a second of it, on a machine as busy as it likes
        self.assertEqual(self.files(), ["tiny.toml"])

    def test_every_command_refuses_what_cannot_be_held(self):
        steps = "sampler.re.steps=2000000000"
        for command in (["plan"], ["run"], ["verify"], ["score", "--samples", "tiny.toml"],
                        ["export-problem", "--out", "p.h5"], ["status"], ["merge"]):
            self.at_once(command[0], "tiny.toml", steps, *command[1:],
                         says=("sampler.re.steps = 2000000000", "time grid", "--memory"))
        self.at_once("draw", "tiny.toml", steps, "sampler.re.kernel=em", "--sampler", "re", "--out", "d.h5",
                     says=("steps", "--memory"))

    def test_memory_sets_the_limit(self):
        self.ok("plan", "tiny.toml", "--memory", "100M")
        self.at_once("plan", "tiny.toml", "--memory", "10K", says=("10 KB of memory", "--memory"))
        self.at_once("plan", "tiny.toml", "--memory", "much", says="8G, 500M")

    def test_draws_asked_for_by_an_option_are_named_by_it(self):
        self.at_once("draw", "tiny.toml", "--sampler", "exact", "--n", "100000000", "--out", "d.h5", "--memory", "1G",
                     says="--n = 100000000")
        self.at_once("export-problem", "tiny.toml", "--draws", "100000000", "--out", "d.h5", "--memory", "1G",
                     says="--draws = 100000000")

    def test_cells_are_counted_before_they_are_made(self):
        axes = ["sampler.re.steps=range(1,1001)", "sampler.re.eta=lin(0,1,1000)", "problem.process.horizon=lin(1,2,1000)"]
        self.at_once("plan", "tiny.toml", *axes, says=("cells", "at most 100000", "--max-cells"))
        self.at_once("run", "tiny.toml", "--max-cells", "4", says=("makes 5 cells", "at most 4"))
        self.ok("plan", "tiny.toml", "--max-cells", "5")

    def test_plan_says_what_is_held_and_how_sure_its_times_are(self):
        text = self.ok("plan", "tiny.toml").out
        for part in ("of memory at once", "exact draws", "good to a factor of", "at most 100000 cells"):
            self.assertIn(part, text)


if __name__ == "__main__":
    common.main()
