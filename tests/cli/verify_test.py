"""verify on small sweeps: verdicts, exit codes, what it writes, when it refuses; compare --paired."""

import json
import os
import shutil

import common
import h5py
import numpy as np

SPEC = common.SPEC.replace("\nreplicates = 2", "\nreplicates = 8").replace("null_replicates = 2", "null_replicates = 24") \
    .replace("draws = 64", "draws = 400").replace('use = ["mean_error"]', 'use = ["mean_error", "sliced_wasserstein_1"]') \
    .replace("steps = [4, 8]", "steps = [4, 8, 16]")


def contents(path):
    """Every dataset and attribute but the verdict, as bytes."""
    found = {}

    def visit(name, item):
        if name.split("/")[0] in ("verdict", "look"):
            return
        for key, value in item.attrs.items():
            if key not in ("REFERENCE_LIST", "DIMENSION_LIST"):
                found[f"{name}@{key}"] = np.asarray(value).tolist()
        if isinstance(item, h5py.Dataset):
            value = np.asarray(item[()])
            found[name] = value.tobytes() if value.dtype.kind != "O" else value.tolist()

    with h5py.File(path) as file:
        file.visititems(visit)
        found["/"] = {key: np.asarray(value).tolist() for key, value in file.attrs.items()}
    return found


class Verify(common.Case):
    def setUp(self):
        super().setUp()
        self.write("tiny.toml", SPEC)

    def finished(self, name="r.h5"):
        self.ok("run", "tiny.toml", "--out", name)
        return self.folder / name

    def plant(self, path, dataset, change):
        with h5py.File(path, "r+") as file:
            file[dataset][...] = change(file[dataset][...])

    def test_right_claims_end_with_0_and_every_claim_has_a_line(self):
        self.finished()
        done = self.ok("verify", "r.h5")
        for part in ("exact", "re (kernel = exact)", "re (kernel = em)", "nothing", "inconsistent", "At level 0.01",
                     "No claim is contradicted"):
            self.assertIn(part, done.out)
        verdict = json.loads(self.ok("verify", "r.h5", "--json").out)
        self.assertEqual(verdict["contradictions"], 0)
        self.assertEqual([c["claim"] for c in verdict["claims"]], ["exact", "nothing", "nothing"])
        self.assertEqual(verdict["claims"][1]["finding"], "inconsistent")
        self.assertTrue(all(check["passed"] for check in verdict["self_test"]))
        self.assertTrue(any("floor" in check["what"] for check in verdict["self_test"]))

    def test_the_verdict_is_written_and_nothing_else_changes(self):
        path = self.finished()
        before = contents(path)
        shutil.copy(path, self.folder / "old.h5")
        self.ok("verify", "r.h5", "--read-only")
        self.assertEqual(path.read_bytes(), (self.folder / "old.h5").read_bytes())
        self.ok("verify", "r.h5", "--level", 0.05, "--margin", 2)
        self.assertEqual(contents(path), before)
        self.assertEqual(self.files(), ["old.h5", "r.h5", "tiny.toml"])
        self.ok("compare", "old.h5", "r.h5")
        self.assertIn("were done", self.ok("run", "tiny.toml", "--out", "r.h5").err)
        with h5py.File(path) as file:
            verdict = file["verdict"]
            self.assertEqual((verdict.attrs["level"], verdict.attrs["margin"], verdict.attrs["tests"]), (0.05, 2, 3))
            self.assertEqual(verdict["finding"][1:].tolist(), [1, 1])
            self.assertEqual(verdict["p_adjusted"].shape, (3, 2))
            self.assertLess(verdict["p_adjusted"][1].min(), 0.05)
            self.assertIn(b"steps", verdict["trend_axis"][...].tolist())

    def test_calibrated_numbers_lie_beside_the_metrics(self):
        path = self.finished()
        with h5py.File(path) as file:
            group, null = file["re"], file["null/mean_error"][...]
            self.assertEqual(group["claim"][...].tolist(), [[b"nothing"] * 3] * 2)
            self.assertTrue(np.allclose(group["mean_error_floor"], null.mean()))
            excess = (group["mean_error"][...].mean(-1) - null.mean()) / null.std(ddof=1)
            np.testing.assert_allclose(group["mean_error_excess"], excess, rtol=1e-12)
            self.assertTrue(np.all((group["mean_error_p_value"][...] > 0) & (group["mean_error_p_value"][...] <= 1)))
            self.assertEqual(group["mean_error_p_value"].attrs["calibration_of"], "mean_error")
        try:
            import xarray
        except ImportError:
            return
        self.ok("verify", "r.h5")
        data = xarray.open_dataset(path, group="re", engine="h5netcdf")
        self.assertEqual(data.mean_error_excess.sel(kernel="em").dims, ("steps",))
        verdict = xarray.open_dataset(path, group="verdict", engine="h5netcdf")
        self.assertEqual(verdict.p_value.sel(metric="mean_error").dims, ("statement",))

    def test_a_sweep_file_runs_what_is_missing_and_is_judged(self):
        self.ok("run", "tiny.toml", "--only", "exact", "--out", "r.h5")
        done = self.ok("verify", "tiny.toml", "sampler.re.steps=4,8", "--out", "r.h5", "--json")
        self.assertEqual(len(json.loads(done.out)["claims"]), 3)
        self.assertNotIn("run; wrote", self.ok("verify", "tiny.toml", "sampler.re.steps=4,8", "--out", "r.h5").err)
        self.ok("verify", "tiny.toml", "--quick")
        self.assertIn("results/tiny-quick.h5", self.files())

    def test_a_contradicted_claim_ends_with_3(self):
        path = self.finished()
        self.plant(path, "re/claim", lambda old: np.full(old.shape, "exact", dtype=object))
        done = self.plumbline("verify", "r.h5")
        self.assertEqual(done.code, 3, done.err)
        self.assertIn("2 claims CONTRADICTED", done.out.replace("\n", " "))
        with h5py.File(path) as file:
            self.assertEqual(file["verdict/contradicted"][...].tolist(), [0, 1, 1])

    def test_a_chain_swept_over_burn_in_makes_one_claim(self):
        self.write("chains.toml", SPEC.split("[[sampler]]")[0] + """[[sampler]]
kind = "particle-gibbs"
steps = 4
particles = 4
start = "prior"
burn_in = [1, 2, 4]

[metrics]""" + SPEC.split("[metrics]")[1])
        self.ok("run", "chains.toml", "--out", "c.h5")
        (claim,) = json.loads(self.ok("verify", "c.h5", "--json").out)["claims"]
        self.assertEqual((claim["claim"], claim["budget"]), ("burn_in (no order)", "burn_in = 4"))
        self.assertTrue(claim["trends"] and all(trend["axis"] == "burn_in" for trend in claim["trends"]))
        with h5py.File(self.folder / "c.h5") as file:
            group = file["particle-gibbs"]
            self.assertEqual(group.attrs["claim"], "burn_in (no order)")
            self.assertEqual(group.attrs["budgets"], "steps ↑, last_time ↓, particles ↑, burn_in ↑")

    def test_ranks_that_do_not_depend_on_y_clear_nobody(self):
        head = SPEC.split("[problem]")[0].replace("draws = 400", "draws = 49").replace("null_replicates = 24", "null_replicates = 0")
        self.write("ranks.toml", head.replace("replicates = 8", "replicates = 200") + """[problem]
process = { kind = "ou", horizon = 4.0 }
prior = { kind = "correlated-gaussian", rho = 0.8 }
observation = { kind = "inpainting", observed = [1], y = "draw" }

[[sampler]]
kind = "prior"

[[sampler]]
kind = "exact"

[metrics]
use = ["rank_coordinate", "expected_coverage"]
""")

        def found(out, *words):  # a file each: a metric's settings are frozen by the first look
            done = self.ok("verify", "ranks.toml", "--out", out, "--json", *words)
            return {claim["label"]: claim for claim in json.loads(done.out)["claims"]}

        claims = found("prior.h5", "metrics.expected_coverage.points=prior")
        for claim in claims.values():
            self.assertEqual(claim["finding"], "unresolved")
            self.assertIn("no metric depends on y, as rank_log_likelihood, hpd_coverage, expected_coverage do", claim["note"])
        with h5py.File(self.folder / "prior.h5") as file:
            self.assertEqual(file["prior/expected_coverage"].attrs["depends_on_y"], 0)
        claims = found("posterior.h5")
        self.assertEqual(claims["prior"]["finding"], "inconsistent")
        # y is no longer what is missing, but ranks of one coordinate and a distance are no whole law
        self.assertIn("these metrics would not see errors in", claims["exact"]["note"])
        self.assertNotIn("depends on y", claims["exact"]["note"])
        self.assertEqual(claims["prior"]["deciding_metric"], "expected_coverage")

    def test_files_that_name_no_budgets_are_judged_in_the_words_of_their_time(self):
        path = self.finished()
        before = json.loads(self.ok("verify", "r.h5", "--json").out)["claims"]
        with h5py.File(path, "r+") as file:
            for label in ("exact", "re"):
                del file[label].attrs["budgets"]
        self.assertEqual(json.loads(self.ok("verify", "r.h5", "--json").out)["claims"], before)
        self.plant(path, "re/claim", lambda old: np.full(old.shape, "steps_and_particles", dtype=object))
        claims = json.loads(self.ok("verify", "r.h5", "--json").out)["claims"]
        self.assertEqual([claim["claim"] for claim in claims[1:]], ["steps, particles (no order)"] * 2)

    def test_unresolved_says_what_would_settle_it(self):
        self.ok("run", "tiny.toml", "replicates=2", "null_replicates=2", "--out", "few.h5")
        verdict = json.loads(self.ok("verify", "few.h5", "--json").out)
        exact = verdict["claims"][0]
        self.assertEqual(exact["finding"], "unresolved")
        self.assertGreater(exact["further_draws"], 0)
        self.assertIn("further draws would settle it (replicates = ", exact["note"])

    def test_what_no_metric_would_see_is_never_consistent(self):
        self.write("wide.toml", SPEC.replace("replicates = 8", "replicates = 40").replace('"sliced_wasserstein_1"', '"component_mass"')
                   .replace("null_replicates = 24", "null_replicates = 60"))
        done = self.ok("verify", "wide.toml", "--out", "w.h5")
        claim = json.loads(self.ok("verify", "w.h5", "--json").out)["claims"][0]
        self.assertEqual(claim["finding"], "unresolved")
        self.assertIn("these metrics would not see errors in", claim["note"])
        self.assertIn("spread beyond 0.25: add covariance_error", claim["note"])
        self.assertIn("location", {e["aspect"] for e in claim["excluded"] if e["within_tolerance"]})
        self.assertIn("excludes location", done.out)
        with h5py.File(self.folder / "w.h5") as file:
            excluded = dict(zip(file["verdict/aspect"][...].tolist(), file["verdict/excluded"][0]))
            self.assertGreater(excluded[b"spread"], 0.25)
            self.assertLessEqual(excluded[b"location"], 0.25)
            self.assertEqual(set(file["look/aspect"][...]), set(file["verdict/aspect"][...]))

    def test_the_first_look_freezes_its_rules(self):
        self.finished()
        self.ok("verify", "r.h5", "--level", 0.05)
        self.ok("verify", "r.h5")  # at the frozen level
        with h5py.File(self.folder / "r.h5") as file:
            self.assertEqual(file["verdict"].attrs["level"], 0.05)
            self.assertIn("level = 0.05", [rule.decode() if isinstance(rule, bytes) else rule
                                           for rule in file["look"].attrs["rules"]])
        self.refused(2, "verify", "r.h5", "--level", 0.01, says=("froze level = 0.05, not 0.01", "seed=4 --out NEW.h5"))
        self.refused(2, "verify", "tiny.toml", "--out", "r.h5", "tolerance.location=0.5",
                     says="froze tolerance.location = 0.25, not 0.5")
        self.assertIn("no verdict", self.ok("verify", "r.h5", "--level", 0.01, "--read-only").err)
        # The look goes where its numbers go: dropping a metric is no new start, adding one is allowed.
        self.ok("run", "tiny.toml", 'metrics.use=["mean_error"]', "--out", "r.h5")
        self.refused(2, "verify", "r.h5", says="froze metric sliced_wasserstein_1 is gone")
        self.ok("run", "tiny.toml", 'metrics.use=["mean_error","sliced_wasserstein_1","ksd"]', "--out", "r.h5")
        self.ok("verify", "r.h5")
        self.refused(2, "verify", "tiny.toml", "tolerance.location=-1", says=("tolerance.location", "must be"))
        self.refused(2, "verify", "tiny.toml", "tolerance.place=1", says=("tolerance.place", "location"))

    def test_nothing_is_judged_by_a_reference_that_fails_its_test(self):
        for dataset, change in (("null/mean_error", lambda v: v + 5), ("problem/target_mean", lambda v: v + 1e-3)):
            path = self.finished(f"{dataset.replace('/', '-')}.h5")
            self.plant(path, dataset, change)
            done = self.plumbline("verify", path.name)
            self.assertEqual((done.code, done.out), (1, ""), done.err)
            self.assertIn("self-test failed", done.err)
            self.assertIn("nothing is judged", done.err)
            with h5py.File(path) as file:
                self.assertNotIn("verdict", file)

    def test_a_file_without_exact_draws_is_refused_with_the_reason(self):
        self.ok("run", "tiny.toml", "null_replicates=0", "--out", "r.h5")
        self.refused(2, "verify", "r.h5", says=("null_replicates", "exact draws"))

    def test_what_makes_no_sense_is_refused(self):
        self.finished()
        self.refused(2, "verify", says="verify")
        for level in ("0", "0.5", "-1", "x"):
            self.refused(2, "verify", "r.h5", f"--level={level}", says="--level")
        self.refused(2, "verify", "r.h5", "--margin", "0", says="--margin")
        self.refused(2, "verify", "r.h5", "seed=2", says="sweep file")
        self.refused(2, "verify", "r.h5", "--quick", says="--quick")
        self.refused(2, "verify", "tiny.toml", "sampler.re.kernel=foo", says="foo")
        self.refused(1, "verify", "none.h5", says="none.h5")
        self.write("text.h5", "not HDF5")
        self.refused(1, "verify", "text.h5", says="text.h5")
        done = self.plumbline("verify", "tiny.toml", "--out", "r.h5", "--levle", "0.1")
        self.assertEqual(done.code, 2)

    def test_the_verdict_does_not_depend_on_threads(self):
        said = set()
        for threads in ("1", "2", "4"):
            os.environ["OMP_NUM_THREADS"] = threads
            said.add(self.ok("verify", "tiny.toml", "--json", "--out", f"{threads}.h5").out)
        os.environ["OMP_NUM_THREADS"] = "2"
        self.assertEqual(len(said), 1)

    def test_an_incomplete_file_is_judged_as_far_as_it_goes(self):
        self.ok("run", "tiny.toml", "--out", "r.h5", "--shard", "1/2")
        self.plumbline("merge", "tiny.toml", "--out", "r.h5")
        done = self.plumbline("verify", "r.h5")
        self.assertEqual(done.code, 4, done.err)
        self.assertIn("not run yet: ", done.err)


class Paired(common.Case):
    def test_two_samplers_are_compared_replicate_by_replicate(self):
        self.write("tiny.toml", SPEC)
        self.ok("run", "tiny.toml", "--out", "r.h5")
        pairs = json.loads(self.ok("compare", "r.h5", "--paired", "re,exact", "--json").out)["pairs"]
        self.assertEqual(len(pairs), 6 * 2)
        with h5py.File(self.folder / "r.h5") as file:
            difference = file["re/mean_error"][0, 0] - file["exact/mean_error"][...]
        self.assertAlmostEqual(pairs[0]["difference"], difference.mean(), places=14)
        self.assertGreater(difference.mean(), 0)
        self.assertEqual(pairs[0]["p_value"], 2 / 2**8 if (difference > 0).all() else pairs[0]["p_value"])
        self.assertIn("not told apart", self.ok("compare", "r.h5", "--paired", "re,exact").out)  # 2/256 · 12 > 0.01

    def test_what_cannot_be_paired_is_refused(self):
        self.ok("run", "tiny.toml", "--out", "r.h5")
        self.refused(2, "compare", "r.h5", "--paired", "re", says="two labels")
        self.refused(2, "compare", "r.h5", "--paired", "re,re", says="different")
        self.refused(2, "compare", "r.h5", "--paired", "re,exakt", says="exact")
        self.refused(2, "compare", "r.h5", "r.h5", "--paired", "re,exact", says="one file")
        self.refused(2, "compare", "r.h5", says="two files")


if __name__ == "__main__":
    common.main()
