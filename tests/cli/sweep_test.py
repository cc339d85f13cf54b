"""run, plan, status, merge, show, compare on a small sweep: resume, shards, kills, failures, agreement."""

import fcntl
import json
import os
import re
import shlex
import signal
import subprocess
import time

import common
import h5py
import numpy as np

CELLS = 5  # exact, and replacement with 2 kernels × 2 steps


def metrics(path):
    with h5py.File(path) as file:
        return {f"{label}/{name}": file[label][name][()] for label in ("exact", "re", "null")
                for name in file[label] if name.startswith("mean_error")}


class Sweep(common.Case):
    def assert_same_numbers(self, a, b):
        first, second = metrics(self.folder / a), metrics(self.folder / b)
        self.assertEqual(first.keys(), second.keys())
        for name, values in first.items():
            np.testing.assert_array_equal(values, second[name], err_msg=name)

    def test_run_finishes_says_so_and_repeats_nothing(self):
        done = self.ok("run", "tiny.toml", "--out", "r.h5")
        self.assertEqual(done.out, "")
        self.assertIn("wrote r.h5", done.err)
        self.assertEqual(self.files(), ["r.h5", "tiny.toml"])
        before = (self.folder / "r.h5").read_bytes()
        self.assertIn(f"all {CELLS} cells were done", self.ok("run", "tiny.toml", "--out", "r.h5").err)
        self.assertEqual((self.folder / "r.h5").read_bytes(), before)

    def test_an_anonymous_result_names_neither_machine_nor_folders(self):
        out = str(self.folder / "r.h5")
        anonymous = {"env": os.environ | {"PLUMBLINE_ANONYMOUS": "1"}}
        self.assertEqual(self.plumbline("run", str(self.folder / "tiny.toml"), "--out", out, **anonymous).code, 0)
        self.assertEqual(self.plumbline("verify", f"--level={0.05}", out, **anonymous).code, 0)
        with h5py.File(out) as file:
            self.assertEqual((file.attrs["host"], file.attrs["device"]), ("withheld", "withheld"))
            self.assertEqual(file.attrs["command"], "plumbline run tiny.toml --out r.h5")
            self.assertEqual(file["verdict"].attrs["command"], "plumbline verify --level=0.05 r.h5")
            named = {name: file.attrs[name] for name in ("compiler", "git_commit", "kokkos_version")}
        self.assertNotIn(str(self.folder).encode(), (self.folder / "r.h5").read_bytes())

        self.ok("run", "tiny.toml", "--out", out, "--force")
        with h5py.File(out) as file:
            self.assertNotEqual(file.attrs["host"], "withheld")
            self.assertEqual(file.attrs["command"], f"plumbline run tiny.toml --out {out} --force")
            self.assertEqual({name: file.attrs[name] for name in named}, named)

    def test_the_default_output_is_results_of_the_same_stem(self):
        self.ok("run", "tiny.toml")
        self.ok("run", "tiny.toml", "--quick")
        self.assertIn("results/tiny.h5", self.files())
        self.assertIn("results/tiny-quick.h5", self.files())

    def test_plan_lists_every_cell_and_runs_nothing(self):
        plan = json.loads(self.ok("plan", "tiny.toml", "--json").out)
        self.assertEqual(len(plan["cells"]), CELLS)
        self.assertEqual({c["state"] for c in plan["cells"]}, {"pending"})
        self.assertEqual(plan["cells"][1]["at"], {"kernel": "exact", "steps": 4})
        self.assertIn("context", plan["cells"][1]["settings"])  # a default, resolved
        self.assertEqual(self.files(), ["tiny.toml"])
        text = self.ok("plan", "tiny.toml").out
        self.assertEqual(len(re.findall(r"^  pending", text, re.M)), CELLS)
        self.ok("run", "tiny.toml")
        self.assertEqual(len(re.findall(r"^  done", self.ok("plan", "tiny.toml").out, re.M)), CELLS)

    def test_plan_of_a_sweep_without_exact_draws_has_no_line_of_them(self):
        self.assertIn("exact draws pending", self.ok("plan", "tiny.toml").out)
        self.assertNotIn("exact draws", self.ok("plan", "tiny.toml", "null_replicates=0").out)

    def test_more_axis_values_run_only_the_new_cells(self):
        self.ok("run", "tiny.toml", "--out", "r.h5")
        done = self.ok("run", "tiny.toml", "sampler.re.steps=4,8,16", "--out", "r.h5")
        self.assertIn("2 cells in", done.err)

    def test_shards_make_the_same_file_as_one_run(self):
        self.ok("run", "tiny.toml", "--out", "one.h5")
        for k in (2, 3, 1):
            self.ok("run", "tiny.toml", "--out", "many.h5", "--shard", f"{k}/3")
        self.assert_same_numbers("one.h5", "many.h5")

    def test_shards_of_different_machines_are_merged(self):
        self.ok("run", "tiny.toml", "--out", "one.h5")
        for k in (1, 2):
            self.ok("run", "tiny.toml", "--out", f"shard{k}.h5", "--shard", f"{k}/2")
            done = self.plumbline("merge", "tiny.toml", "--out", f"shard{k}.h5")
            self.assertEqual(done.code, 4, done.err)  # half of it is missing
        self.assertEqual(self.plumbline("status", "shard1.h5").code, 4)
        self.ok("merge", "shard1.h5", "shard2.h5", "--out", "all.h5")
        self.assertEqual(self.plumbline("status", "all.h5").code, 0)
        self.assert_same_numbers("one.h5", "all.h5")

    def test_merge_of_nothing_or_of_different_sweeps_is_an_error(self):
        self.refused(2, "merge", "tiny.toml", "--out", "r.h5", says="nothing")
        self.ok("run", "tiny.toml", "--out", "a.h5")
        self.ok("run", "tiny.toml", "--out", "b.h5", "seed=4")
        self.refused(2, "merge", "a.h5", "b.h5", "--out", "c.h5", says="different sweeps")
        self.assertNotIn("c.h5", self.files())

    def test_a_time_limit_ends_with_4_and_the_same_command_resumes(self):
        self.ok("run", "tiny.toml", "--out", "whole.h5")
        done = self.plumbline("run", "tiny.toml", "--out", "r.h5", "--max-time", "0.000001s")
        self.assertEqual(done.code, 4, done.err)
        self.assertIn("resumes", done.err)
        self.assertEqual(self.plumbline("status", "tiny.toml", "--out", "r.h5").code, 4)
        self.ok("run", "tiny.toml", "--out", "r.h5")
        self.assertEqual(self.plumbline("status", "tiny.toml", "--out", "r.h5").code, 0)
        self.assert_same_numbers("whole.h5", "r.h5")

    def test_signals_and_kills_lose_nothing_that_was_finished(self):
        long = ["tiny.toml", "draws=20000", "replicates=8", "sampler.re.steps=50,100,150,200", "--out"]
        for ending, codes in ((signal.SIGINT, (4,)), (signal.SIGKILL, (-9,))):
            name = f"{ending.name}.h5"
            process = subprocess.Popen([self.program, "run", *long, name], cwd=self.folder, stderr=subprocess.DEVNULL)
            parts = self.folder / f"{name}.parts"
            for _ in range(3000):  # until something is durable
                if process.poll() is not None or list(parts.glob("*.part")):
                    break
                time.sleep(0.01)
            process.send_signal(ending)
            code = process.wait(timeout=120)
            if code == 0:
                continue  # it was faster than we
            self.assertIn(code, codes)
            state = json.loads(self.plumbline("status", *long, name, "--json").out)
            kept = sum(s["cells"] - s["pending"] for s in state["samplers"])
            done = self.ok("run", *long, name)
            self.assertIn(f"{9 - kept} cell{'' if kept == 8 else 's'} in", done.err)
        self.ok("run", *long, "whole.h5")
        for ending in ("SIGINT", "SIGKILL"):
            self.assert_same_numbers("whole.h5", f"{ending}.h5")

    def test_status_counts_per_sampler(self):
        self.ok("run", "tiny.toml", "--shard", "1/2")
        state = json.loads(self.plumbline("status", "tiny.toml", "--json").out)
        self.assertEqual({s["label"]: s["cells"] for s in state["samplers"]}, {"exact": 1, "re": 4})
        self.assertEqual(state["pending"], 3)  # every second of 5 cells and one set of exact draws
        self.refused(2, "status", "x.h5", "seed=4", says="KEY=VALUE")

    def test_show_gives_the_numbers_and_a_command_that_reproduces_them(self):
        self.ok("run", "tiny.toml", "seed=11", "--out", "r.h5")
        self.assertEqual(len(self.ok("show", "r.h5").out.splitlines()), 1 + CELLS)
        self.assertEqual(len(self.ok("show", "r.h5", "re", "steps=8").out.splitlines()), 1 + 2)
        (cell,) = json.loads(self.ok("show", "r.h5", "re", "steps=8", "kernel=em", "--json").out)
        text = self.ok("show", "r.h5", "re", "steps=8", "kernel=em").out
        self.assertIn(cell["hash"], text)
        self.assertIn(cell["rerun"], text)

        words = shlex.split(cell["rerun"])
        self.assertEqual(words[:3], ["plumbline", "run", "tiny.toml"])
        self.ok(*words[1:])
        (again,) = json.loads(self.ok("show", "cell.h5", "--json").out)
        self.assertEqual(again["hash"], cell["hash"])
        self.assertEqual(again["values"]["mean_error"], cell["values"]["mean_error"])

    def test_show_refuses_what_is_not_there(self):
        self.ok("run", "tiny.toml", "--out", "r.h5")
        self.refused(2, "show", "r.h5", "rr", says="did you mean 're'")
        self.refused(2, "show", "r.h5", "re", "stepz=8", says="did you mean 'steps'")
        self.refused(2, "show", "r.h5", "re", "steps=9", says="steps = 9")
        self.refused(2, "show", "r.h5", "re", "steps", says="AXIS=VALUE")

    def test_compare_finds_equal_files_equal_and_changed_ones_not(self):
        self.ok("run", "tiny.toml", "--out", "a.h5")
        self.ok("run", "tiny.toml", "--out", "b.h5")
        same = json.loads(self.ok("compare", "a.h5", "b.h5", "--json").out)
        self.assertEqual((same["cells"], same["identical"], same["agree"]), (CELLS, CELLS, True))

        with h5py.File(self.folder / "b.h5", "r+") as file:
            file["re/mean_error"][0, 0, 1] *= 1 + 1e-6
        done = self.plumbline("compare", "a.h5", "b.h5")
        self.assertEqual(done.code, 1)
        self.assertIn("relative difference", done.out)
        self.ok("compare", "a.h5", "b.h5", "--tolerance", "1e-5")

    def test_compare_of_other_seeds_is_statistical(self):
        self.ok("run", "tiny.toml", "--out", "a.h5", "replicates=16")
        self.ok("run", "tiny.toml", "--out", "b.h5", "replicates=16", "seed=4")
        other = json.loads(self.ok("compare", "a.h5", "b.h5", "--json").out)
        self.assertEqual((other["identical"], other["agree"]), (0, True))
        self.assertTrue(all(not m["same_cell"] for m in other["metrics"]))
        # 4 draws instead of 64 raise the error of exact draws fourfold: with 32 replicates that is 5 standard errors.
        self.ok("run", "tiny.toml", "--out", "c.h5", "replicates=32", "seed=5", "draws=4")
        self.assertEqual(self.plumbline("compare", "a.h5", "c.h5").code, 1)

    def test_compare_of_nothing_is_an_error(self):
        self.ok("run", "tiny.toml", "--out", "a.h5")
        self.ok("run", "tiny.toml", "--out", "b.h5", "--only", "exact")
        self.ok("compare", "a.h5", "b.h5")
        self.ok("run", "tiny.toml", "--out", "c.h5", "--only", "re", "sampler.re.steps=3")
        self.refused(2, "compare", "b.h5", "c.h5", says="in common")
        self.refused(2, "compare", "a.h5", says="needs")

    def test_a_link_to_nothing_yet_stays_and_its_target_is_made(self):
        (self.folder / "scratch").mkdir()
        (self.folder / "r.h5").symlink_to("scratch/big.h5")
        self.ok("run", "tiny.toml", "--out", "r.h5")
        self.assertTrue((self.folder / "r.h5").is_symlink())
        self.assertFalse((self.folder / "scratch/big.h5").is_symlink())
        self.assertEqual(self.plumbline("status", "scratch/big.h5").code, 0)

    def test_an_output_that_cannot_be_written_is_refused_before_anything_runs(self):
        (self.folder / "file").write_text("")
        (self.folder / "loop.h5").symlink_to("loop.h5")
        for out in ("file/r.h5", "loop.h5", "/proc/r.h5", "/dev/null"):
            for words in (["run", "tiny.toml"], ["draw", "tiny.toml", "--sampler", "exact"],
                          ["export-problem", "tiny.toml"]):
                self.refused(1, *words, "--out", out, says="cannot ")
        self.assertEqual(self.files(), ["file", "loop.h5", "tiny.toml"])

    def test_a_read_only_folder_is_refused_before_anything_runs(self):
        locked = self.folder / "locked"
        locked.mkdir()
        self.ok("run", "tiny.toml", "--out", "r.h5", "--shard", "1/2")
        (self.folder / "z.csv").write_text("0,0\n")
        (self.folder / "x.csv").write_text("".join(f"{i / 10}\n" for i in range(20)))
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", locked], capture_output=True).returncode:
            locked.chmod(0o555)
            if os.access(locked, os.W_OK):
                self.skipTest("this user may write everywhere")
        try:
            for words in (["run", "tiny.toml"], ["draw", "tiny.toml", "--sampler", "exact"],
                          ["score", "tiny.toml", "--samples", "x.csv"], ["verify", "tiny.toml"],
                          ["export-problem", "tiny.toml"], ["oracle", "tiny.toml", "--time", "1", "--at", "z.csv"]):
                self.refused(1, *words, "--out", "locked/r.h5", says=("cannot write locked/r.h5", "locked"))
        finally:
            subprocess.run(["umount", locked], capture_output=True)

    def test_a_shard_says_what_to_type_next_and_so_do_others(self):
        done = self.ok("run", "tiny.toml", "seed=5", "--shard", "1/2", "--out", "part1.h5")
        merge = "plumbline merge tiny.toml seed=5 --out part1.h5"
        self.assertIn(f"shard 1/2 is done; when the others are: {merge}", done.err)
        for words in (["show", "part1.h5"], ["verify", "part1.h5"], ["status", "part1.h5"],
                      ["merge", "part1.h5", "x.h5", "--out", "all.h5"], ["compare", "part1.h5", "part1.h5"]):
            self.refused(1, *words, says=("part1.h5.parts", merge))
        self.assertEqual(self.plumbline(*merge.split()[1:]).code, 4)
        self.ok("show", "part1.h5")

    def test_a_run_over_other_cells_says_why_they_are_pending(self):
        self.ok("run", "tiny.toml", "--out", "r.h5")
        self.write("tiny.toml", common.SPEC.replace('"mean_error"', '"mean_error", "covariance_error"'))
        self.assertIn("metric covariance_error is new", self.ok("plan", "tiny.toml", "--out", "r.h5").out)
        self.assertIn("metric covariance_error is new",
                      self.plumbline("status", "tiny.toml", "--out", "r.h5").out)
        done = self.ok("run", "tiny.toml", "--out", "r.h5")
        self.assertIn("r.h5 has other cells: metric covariance_error is new; their draws are made again, and only "
                      "what is new is measured", done.err)
        done = self.ok("run", "tiny.toml", "draws=65", "--out", "r.h5")
        self.assertIn("draws 64 → 65; these run anew", done.err)

    def test_dry_run_plans_and_progress_counts_what_plan_counts(self):
        self.assertEqual(self.ok("run", "tiny.toml", "--dry-run", "--keep-going", "--shard", "1/2", "--out", "r.h5").out
                         .count("  pending"), CELLS)
        self.assertEqual(self.files(), ["tiny.toml"])
        done = self.ok("run", "tiny.toml", "--out", "r.h5")
        self.assertIn(f"{CELLS}/{CELLS} cells, 100 %", done.err)
        self.assertIn("left", done.err)  # an ETA in a log

    def test_a_file_that_hdf5_may_not_lock_names_the_variable(self):
        self.ok("run", "tiny.toml", "--out", "r.h5")
        with open(self.folder / "r.h5", "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.ok("show", "r.h5")
            locking = {"env": os.environ | {"HDF5_USE_FILE_LOCKING": "TRUE"}}
            done = self.plumbline("show", "r.h5", **locking)
            self.assertEqual(done.code, 1)
            self.assertIn("HDF5_USE_FILE_LOCKING=TRUE", done.err)

    def test_a_result_file_of_another_sweep_is_kept(self):
        self.ok("run", "tiny.toml", "--out", "r.h5")
        done = self.ok("run", "tiny.toml", "seed=4", "--out", "r.h5")
        self.assertIn("kept in", done.err)
        self.assertEqual(len([f for f in self.files() if f.endswith(".h5")]), 2)


if __name__ == "__main__":
    common.main()
