"""verify --until-settled and --any-time: rounds, what is run again, stopping, what the file says, refusals."""

import json

import common
import h5py
import numpy as np

SPEC = common.SPEC.replace("\nreplicates = 2", "\nreplicates = 16").replace("null_replicates = 2", "null_replicates = 96")


class Settle(common.Case):
    def setUp(self):
        super().setUp()
        self.write("tiny.toml", SPEC)

    def rounds(self, name):
        with h5py.File(self.folder / name) as file:
            return {key: file["verdict"][key][...].tolist() for key in file["verdict"]
                    if key.startswith(("round_", "log_e", "theta_"))}

    def settle(self, name, *more):
        return self.ok("verify", "tiny.toml", "--until-settled", "--only", "exact", "--out", name, *more)

    def test_rounds_go_on_until_the_claim_is_settled_and_resume_to_the_same_bits(self):
        done = self.settle("a.h5")
        self.assertIn("consistent", done.out)
        self.assertIn("however often one looks", done.out)
        self.assertIn("round 1: 0 of 1 claim settled, 1024 draws in all", done.err)
        with h5py.File(self.folder / "a.h5") as file:
            count = file["exact/status"].shape[0]
            self.assertGreater(count, 16)
            self.assertEqual(file["verdict/round_replicates"][-1, 0], count)
            self.assertEqual(file["verdict/round_draws"][-1], count * 64)
            self.assertTrue(np.isfinite(file["exact/mean_error"][...]).all())
            self.assertEqual(file["verdict"].attrs["looks_any_time"], len(file["verdict/round"]))
        # In two goes, the first without leave for a second round.
        first = self.settle("b.h5", "--max-draws", 1024)
        self.assertIn("1 claim unsettled: the next round would need 2048 draws in all", first.err)
        self.assertIn("unresolved", first.out)
        second = self.settle("b.h5")
        self.assertEqual(self.rounds("a.h5"), self.rounds("b.h5"))
        self.assertEqual(second.out, done.out)
        self.ok("compare", "a.h5", "b.h5")
        self.assertEqual(self.settle("b.h5").out, done.out)  # nothing to run
        self.assertEqual([name for name in self.files() if name.endswith(".h5")], ["a.h5", "b.h5"])

    def test_cells_of_unequal_length_are_no_missing_work(self):
        self.ok("verify", "tiny.toml", "--until-settled", "--out", "r.h5")
        with h5py.File(self.folder / "r.h5") as file:
            status = file["re/status"][...]
            self.assertEqual(set(status[..., 16:].ravel()), {4})
            self.assertEqual(set(status[..., :16].ravel()), {0})
        self.assertIn("0", self.ok("status", "r.h5").out)
        shown = json.loads(self.ok("show", "r.h5", "re", "kernel=em", "steps=4", "--json").out)
        self.assertEqual(shown[0]["status"], "ok")
        self.assertEqual(len(shown[0]["values"]["mean_error"]), 16)
        once = self.ok("verify", "tiny.toml", "--out", "r.h5")  # judges what is there
        self.assertIn("has more replicates than the sweep asks for", once.err)
        self.assertIn("false alarms have chance up to 0.02 in all", once.err)
        self.ok("verify", "r.h5", "--any-time", "--read-only")

    def test_more_replicates_of_a_finished_sweep_run_only_what_is_new(self):
        self.ok("run", "tiny.toml", "--out", "r.h5")
        done = self.ok("run", "tiny.toml", "replicates=20", "--out", "r.h5")
        self.assertIn("r.h5 has fewer replicates", done.err)
        self.assertNotIn("held other cells", done.err)
        self.ok("run", "tiny.toml", "replicates=20", "--out", "s.h5")
        self.assertEqual(common.contents(self.folder / "r.h5"), common.contents(self.folder / "s.h5"))

    def test_a_file_of_more_replicates_is_all_that_run_asks_for(self):
        self.settle("r.h5")
        before = (self.folder / "r.h5").read_bytes()
        done = self.ok("run", "tiny.toml", "--only", "exact", "--out", "r.h5")
        self.assertIn("has more replicates than the sweep asks for", done.err)
        self.assertIn("were done", done.err)
        self.assertEqual((self.folder / "r.h5").read_bytes(), before)
        self.assertEqual([name for name in self.files() if name.endswith(".h5")], ["r.h5"])

    def test_rules_of_the_first_look_are_asked_for_before_any_round(self):
        self.ok("verify", "tiny.toml", "--only", "exact", "--out", "r.h5", "--level", 0.05)
        before = (self.folder / "r.h5").read_bytes()
        done = self.refused(2, "verify", "tiny.toml", "--until-settled", "--only", "exact", "--out", "r.h5", "--level", 0.01,
                            says="froze level = 0.05, not 0.01")
        self.assertNotIn("round", done.err)
        self.assertEqual((self.folder / "r.h5").read_bytes(), before)
        self.assertIn("At level 0.05", self.settle("r.h5").out)

    def test_looks_that_hold_once_add_up(self):
        self.ok("verify", "tiny.toml", "--only", "exact", "--out", "r.h5")
        self.assertEqual(self.ok("verify", "r.h5").err, "")  # the same draws: no other look
        more = self.ok("verify", "tiny.toml", "replicates=20", "--only", "exact", "--out", "r.h5")
        self.assertIn("judged 2 times by now, each at other draws: false alarms have chance up to 0.02", more.err)

    def test_what_does_not_go_together_is_refused(self):
        self.ok("run", "tiny.toml", "--only", "exact", "--out", "r.h5")
        self.refused(2, "verify", "r.h5", "--until-settled", says=("--until-settled", "--any-time"))
        self.refused(2, "verify", "tiny.toml", "--max-draws", 5, says=("--max-draws", "--until-settled"))
        self.refused(2, "verify", "tiny.toml", "--until-settled", "--max-draws", "x", says="--max-draws")
        self.refused(2, "verify", "tiny.toml", "--until-settled", "--max-draws", 5, "--out", "n.h5",
                     says=("--max-draws", "5", "at least what the sweep itself draws"))
        self.assertFalse((self.folder / "n.h5").exists())


if __name__ == "__main__":
    common.main()
