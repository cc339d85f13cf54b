"""Help, unknown words, list, describe, info, and standard output that cannot take what is printed."""

import json
import os
import shutil
import subprocess
import sys

import common

COMMANDS = ["run", "plan", "status", "merge", "show", "verify", "compare", "score", "list", "describe", "draw",
            "oracle", "export-problem", "info"]


class Usage(common.Case):
    def test_help_lists_every_command(self):
        text = self.ok("--help").out
        for command in COMMANDS:
            self.assertIn(f"\n  {command} ", text)

    def test_every_command_explains_itself_on_standard_output(self):
        for command in COMMANDS:
            for arguments in ([command, "--help"], [command, "-h"]):
                done = self.ok(*arguments)
                self.assertTrue(done.out.startswith(f"usage: plumbline {command}"), done.out)
                self.assertEqual(done.err, "")

    def test_mistyped_words_name_the_nearest(self):
        self.refused(2, "pln", says="did you mean 'plan'?")
        self.refused(2, "run", "tiny.toml", "--shrad", "1/2", says=("'--shrad'", "did you mean '--shard'?"))
        self.refused(2, "describe", "replacment", says="did you mean 'replacement'?")
        self.refused(2, "list", "sampler", says="did you mean 'samplers'?")
        self.refused(2, "judge", "tiny.toml", says="unknown command")
        self.refused(2, says="needs a command")

    def test_options_are_not_guessed_from_their_beginnings(self):
        self.refused(2, "run", "tiny.toml", "--forc", says="did you mean '--force'?")
        self.refused(2, "plan", "tiny.toml", "-x", says="unknown option '-x'")

    def test_options_that_exclude_each_other_or_repeat(self):
        self.refused(2, "run", "tiny.toml", "--force", "--failed", says="exclude")
        self.refused(2, "run", "tiny.toml", "--keep-going", "--max-fail", "2", says="exclude")
        self.refused(2, "run", "tiny.toml", "--out", "a.h5", "--out", "b.h5", says="twice")
        self.refused(2, "info", "now", says="one word too many")

    def test_list_names_everything_and_describe_knows_every_name(self):
        groups = json.loads(self.ok("list", "--json").out)
        self.assertEqual(list(groups), ["samplers", "priors", "metrics", "processes", "kernels", "observations"])
        text = self.ok("list").out
        for group, entries in groups.items():
            self.assertGreaterEqual(len(entries), 3, group)
            names = [line.split()[0] for line in self.ok("list", group).out.splitlines()]
            self.assertEqual(names, [entry["name"] for entry in entries])
            for entry in entries:
                self.assertIn(entry["summary"][:80], text)
        for name in {entry["name"] for entries in groups.values() for entry in entries}:
            found = json.loads(self.ok("describe", name, "--json").out)
            self.assertTrue(all(f["name"] == name for f in found))

    def test_describe_shows_claim_reference_and_every_setting(self):
        (entry,) = json.loads(self.ok("describe", "replacement", "--json").out)
        text = self.ok("describe", "replacement").out
        self.assertIn(entry["reference"], text)
        self.assertEqual(entry["claim"], "nothing")
        self.assertIn("exact in no limit", text)
        self.assertIn("steps", [s["name"] for s in entry["settings"]])
        for setting in entry["settings"]:
            self.assertTrue(setting["doc"] and setting["type"])
            self.assertIn(setting["doc"], text)

    def test_describe_shows_what_is_allowed_and_defaults_of_an_observation(self):
        (linear,) = json.loads(self.ok("describe", "linear", "--json").out)
        settings = {s["name"]: s for s in linear["settings"]}
        self.assertEqual(settings["A"]["type"], "list of lists of numbers")
        self.assertEqual(settings["A"]["allowed"], "rows of D numbers")
        self.assertEqual(settings["noise_covariance"]["allowed"], "positive definite, or 0")
        self.assertEqual(settings["y"]["type"], 'list of numbers, or "draw"')
        (event,) = json.loads(self.ok("describe", "event", "--json").out)
        self.assertEqual(event["settings"][0]["default"], "0")
        # A room's page is not installed, so what users read names none of its sections.
        self.assertNotIn("/README", self.ok("describe", "exact").out + self.ok("describe", "ddpm").out)

    def test_the_example_of_an_observation_is_a_line_of_a_sweep_file(self):
        for entry in json.loads(self.ok("list", "observations", "--json").out)["observations"]:
            (found,) = [e for e in json.loads(self.ok("describe", entry["name"], "--json").out)
                        if e["group"] == "observations"]
            with self.subTest(found["example"]):
                self.assertIn(found["example"], self.ok("describe", entry["name"]).out)
                name, _, value = found["example"].partition(" = ")
                self.write("tiny.toml", common.SPEC.replace("weights = [1.0, 2.0], ", "").replace(
                    "means = [[-2.0, 0.0], [2.0, 1.0]], variances = [1.0, 0.5]",
                    "means = [[0, 0], [1, 0], [0, 1], [1, 1]], variances = [1, 1, 1, 1]").split("[[sampler]]")[0]
                    + '[[sampler]]\nkind = "exact"\n[metrics]\nuse = ["mean_error"]\n')
                self.ok("plan", "tiny.toml", f"problem.{name}={value}")

    def test_describe_shows_which_settings_are_budgets(self):
        (entry,) = json.loads(self.ok("describe", "langevin-replacement", "--json").out)
        budgets = {s["name"]: s["budget"] for s in entry["settings"] if s["budget"]}
        self.assertEqual(budgets, {"steps": "grows", "last_time": "shrinks", "langevin_steps": "grows",
                                   "langevin_step": "shrinks"})
        self.assertEqual(entry["claim"], "langevin_steps (no order), langevin_step ↓")
        text = self.ok("describe", "langevin-replacement").out
        self.assertIn("exact as langevin_steps grows and langevin_step shrinks", text)
        self.assertIn("budget", text)
        self.assertNotIn("budget", self.ok("describe", "mean_error").out)

    def test_version_is_one_line(self):
        for words in (["version"], ["--version"]):
            self.assertRegex(self.ok(*words).out, r"^plumbline \d+\.\d+\S*\n$")

    def test_info_names_versions_and_threads(self):
        info = json.loads(self.ok("info", "--json").out)
        for key in ("version", "commit", "compiler", "kokkos", "backend", "device", "threads", "waiting", "libraries"):
            self.assertIn(key, info)
            self.assertNotEqual(info[key], "")
        self.assertIn(info["version"], self.ok("info").out)

    @common.unittest.skipUnless(os.path.exists("/proc/loadavg"), "this system does not say how busy it is")
    def test_threads_sleep_where_other_programs_want_every_core(self):
        free = {name: value for name, value in os.environ.items() if name not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")}

        def info(**more):
            done = subprocess.run([self.program, "info", "--json"], env=free | more, stdout=subprocess.PIPE, check=True)
            return json.loads(done.stdout)["waiting"]

        loop_forever = [sys.executable, "-c", "print(flush=True)\nwhile True: pass"]
        loops = [subprocess.Popen(loop_forever, stdout=subprocess.PIPE) for _ in range(os.cpu_count() + 1)]
        try:
            for loop in loops:
                loop.stdout.readline()  # it runs
            self.assertEqual(info(), "sleep")
            self.assertEqual(info(OMP_WAIT_POLICY="active"), "spin")
        finally:
            for loop in loops:
                loop.kill()
                loop.communicate()
        self.assertEqual(info(OMP_WAIT_POLICY="passive"), "sleep")

    @common.unittest.skipUnless(shutil.which("qemu-x86_64"), "no qemu-x86_64 (Debian: qemu-user) to be an older processor")
    def test_a_processor_without_the_instructions_is_told_so(self):
        if "-march=x86-64-v4" not in self.ok("info").out:
            self.skipTest("built for processors without AVX-512 too")
        done = subprocess.run(["qemu-x86_64", "-cpu", "Haswell", self.program, "version"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("plumbline: built for a processor with more instructions than this one has", done.stderr)

    def test_a_reader_that_leaves_ends_the_program_quietly(self):
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([self.program, "list"], stdout=write, stderr=subprocess.PIPE, text=True)
        os.close(write)
        self.assertEqual(done.stderr, "")
        self.assertIn(done.returncode, (141, -13))

    @common.unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full here")
    def test_standard_output_that_is_full_is_an_error(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([self.program, "list"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left on device", done.stderr)


if __name__ == "__main__":
    common.main()
