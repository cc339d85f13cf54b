"""Sizes that no machine has: refused at once, by key, need and limit, whatever the command."""

import resource

import common

FIELD = """\
schema = "plumbline/1"
name = "field"
seed = 1
replicates = 2
draws = 64
[problem]
process = {{ kind = "ou", horizon = 4.0 }}
observation = {observation}
prior = {prior}
[[sampler]]
{sampler}
[metrics]
use = ["mean_error"]
"""


def field(prior='{ kind = "gaussian", dim = 2 }', observation='{ kind = "inpainting", observed = [1], y = [0.1] }',
          sampler='kind = "replacement"'):
    return FIELD.format(prior=prior, observation=observation, sampler=sampler)


class Limits(common.Case):
    def at_once(self, *arguments, says):
        files, begun = self.files(), self.processor_time()
        self.refused(2, *arguments, says=says)
        self.assertLess(self.processor_time() - begun, 1, arguments)
        self.assertEqual(self.files(), files)

    @staticmethod
    def processor_time():
        """Seconds of all programs that were called: the machine may be as busy as it likes."""
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

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

    def test_priors_and_observations_that_no_machine_holds(self):
        plane = '{ kind = "gaussian", dim = 2 }'
        for sweep, says in (
            (field(prior='{ kind = "ring", components = 1000000000 }'), "problem.prior.components = 1000000000"),
            (field(prior='{ kind = "grid", dim = 1000000 }'), "problem.prior.dim = 1000000"),
            (field(prior='{ kind = "matern", side = 2000 }'), "problem.prior.side = 2000"),
            (field(prior='{ kind = "random", dim = 100000, components = 1000 }'), "problem.prior"),
            (field(plane, '{ kind = "random-linear", rows = 2000000000, noise = 1.0, y = "draw" }'), "rows"),
            (field(plane, sampler='kind = "smcdiff"\nparticles = 2000000000'), "particles = 2000000000"),
            (field(plane, sampler='kind = "particle-gibbs"\nsteps = 1000000000\nparticles = 64'), "steps = 1000000000"),
            (field(plane, sampler='kind = "repaint"\njump_count = 2000000000'), "jump_count = 2000000000"),
            (field(plane, sampler='kind = "repaint"\nsteps = 1000000000'), "steps = 1000000000"),
            (field(plane, sampler='kind = "langevin-replacement"\nsteps = 2000000\nlangevin_steps = 2000000000'),
             "counted"),
        ):
            self.write("large.toml", sweep)
            for command in ("plan", "run"):
                self.at_once(command, "large.toml", says=says)

    def test_sizes_at_the_top_of_the_sweep(self):
        for override, says in (("draws=2000000000", "draws = 2000000000"), ("replicates=2000000000", "replicates"),
                               ("null_replicates=2000000000", "null_replicates"),
                               ("samples=2000000000", "samples")):
            self.at_once("plan", "tiny.toml", override, *(["draws=2000000"] if "samples" in override else []),
                         *(["--memory", "64M"] if "samples" in override else []), says=says)

    def test_axes_that_are_too_long_to_be_made(self):
        for axis in ("range(1,2000000000)", "lin(1,2,2000000000)", "geom(1,2,1000000000000)"):
            self.at_once("plan", "tiny.toml", "sampler.re.eta=" + axis, says="re.eta")

    def test_draws_from_elsewhere_and_their_null_sets(self):
        self.write("x.csv", "".join(f"{0.1 * i}\n" for i in range(100)))
        self.at_once("score", "tiny.toml", "--samples", "x.csv", "--null-sets", "2000000000", "--memory", "8G",
                     says=("--null-sets", "sets of exact draws", "--memory"))

    def test_points_and_grids_that_cannot_be_written(self):
        self.h5("z.h5", z=[[0.0, 0.0]] * 2000)
        self.at_once("oracle", "tiny.toml", "--time", "0.5", "--at", "z.h5", "--out", "o.h5", "--memory", "300K",
                     says=("2000 points", "--memory"))
        self.write("wide.toml", field(prior='{ kind = "grid25-tmpd", dim = 200 }'))
        self.h5("w.h5", z=[[0.0] * 200])
        self.at_once("oracle", "wide.toml", "--time", "0.5", "--at", "w.h5", "--out", "o.h5", "--memory", "12M",
                     says=("covariances of the posterior", "--memory"))
        self.at_once("export-problem", "tiny.toml", "sampler.re.steps=range(1,5001)", "--out", "p.h5",
                     says=("time grids", "at most 200"))

    def test_a_crescent_that_nothing_reaches(self):
        self.write("large.toml", field('{ kind = "crescent" }', '{ kind = "crescent", y = 300.0 }', 'kind = "exact"'))
        self.at_once("plan", "large.toml", says=("y = 300", "likelier"))

    def test_plan_says_what_is_held_and_how_sure_its_times_are(self):
        text = self.ok("plan", "tiny.toml").out
        for part in ("of memory at once (", "exact draws", "good to a factor of", "at most 100000 cells",
                     "fewer than 103 files at once"):
            self.assertIn(part, text)


if __name__ == "__main__":
    common.main()
