"""score and compare on Markov chains: right ones are not accused of being chains, wrong ones are found, short ones are
said to be short, and what cannot be judged is refused in one line."""

import json

import common
import h5py
import numpy as np


class ScoreChains(common.Case):
    def setUp(self):
        super().setUp()
        self.write("tiny.toml", common.SPEC)
        self.ok("draw", "tiny.toml", "--sampler", "exact", "--n", 12000, "--out", "exact.h5")
        with h5py.File(self.folder / "exact.h5") as p:
            self.x = p["x"][()]

    def chain(self, n, keep=0.5):
        """Each draw is the one before with probability `keep`, else a new exact one: autocorrelation time 3."""
        rng = np.random.default_rng(1)
        fresh = rng.random(n) >= keep
        fresh[0] = True
        return self.x[np.cumsum(fresh) - 1]

    def score(self, code, *words):
        done = self.plumbline("score", "tiny.toml", *words, "--json")
        self.assertEqual(done.code, code, f"{done.line}\n{done.err}{done.out}")
        return json.loads(done.out)

    def test_right_chains_are_judged_by_averages(self):
        chain = self.chain(8000)
        self.h5("one.h5", x=chain, chain=np.zeros(8000, dtype=int))
        self.h5("four.h5", x=chain, chain_length=2000)
        np.savez(self.folder / "four.npz", x=chain, chain=np.repeat(np.arange(4), 2000))
        interleaved = chain.reshape(4, 2000, -1).transpose(1, 0, 2).reshape(8000, -1)
        np.savetxt(self.folder / "four.csv", np.column_stack([np.tile(np.arange(4), 2000), interleaved]),
                   fmt=["%d"] + ["%.17g"] * chain.shape[1], delimiter=",",
                   header=",".join(["chain"] + [f"x{i}" for i in range(chain.shape[1])]), comments="")
        for name, chains in (("one.h5", 1), ("four.h5", 4), ("four.npz", 4), ("four.csv", 4)):
            score = self.score(0, "--samples", name, "--out", "s.h5")
            self.assertEqual((score["finding"], score["chains"], score["asymptotic"]), ("consistent", chains, True), name)
            self.assertTrue(2 < score["autocorrelation_time"] < 5, score["autocorrelation_time"])
            self.assertAlmostEqual(score["effective_draws"] * score["autocorrelation_time"], 8000, delta=1)
        four = [self.score(0, "--samples", f"four.{end}")["averages"] for end in ("h5", "npz", "csv")]
        self.assertEqual(four[0], four[1])
        self.assertEqual(four[0], four[2])
        with h5py.File(self.folder / "s.h5") as s:
            self.assertEqual(s.attrs["finding"], "consistent")
            np.testing.assert_array_equal(s["averages/error"], [a["error"] for a in four[2]])
        # Without a word of chains the same file is a list that no independent draws make.
        np.save(self.folder / "list.npy", chain)
        self.assertEqual(self.score(3, "--samples", "list.npy")["finding"], "not_independent")

    def test_wrong_and_short_chains_are_said_so(self):
        chain = self.chain(4000)
        self.h5("shifted.h5", x=chain + 0.6, chain_length=4000)  # 0.3 posterior deviations, worth 1300 draws
        text = self.plumbline("score", "tiny.toml", "--samples", "shifted.h5")
        self.assertEqual(text.code, 3)
        for part in ("error ± se", "worth", "inconsistent: the ", " is off by ", "asymptotic"):
            self.assertIn(part, text.out)
        far = chain[:100].copy()
        far[:20] += 40
        self.h5("far.h5", x=far, chain_length=100)
        self.assertLess(self.score(3, "--samples", "far.h5")["p_tails"], 1e-6)
        self.h5("short.h5", x=chain[:60], chain_length=60)
        short = self.score(0, "--samples", "short.h5")
        self.assertEqual((short["finding"], short["long_enough"]), ("unresolved", False))
        self.assertGreater(short["further_draws"], 100)

    def test_compare_thins_chains(self):
        self.h5("a.h5", x=self.chain(4000), chain_length=1000)
        np.save(self.folder / "b.npy", self.x[-1000:])
        done = self.plumbline("compare", "--draws", "a.h5", "b.npy")
        self.assertEqual(done.code, 0, done.out + done.err)
        self.assertIn("A: chains of autocorrelation time", done.out)

    def test_own_draws_say_whose_they_are(self):
        spec = common.SPEC.replace("[metrics]", """[[sampler]]
kind = "langevin"
label = "mala"
metropolis = true
start = "exact"
langevin_steps = 5
[[sampler]]
kind = "particle-gibbs"
label = "gibbs"
chains = 2
burn_in = 3
steps = 2
[metrics]""")
        self.write("chains.toml", spec)
        self.ok("draw", "chains.toml", "--sampler", "gibbs", "--n", 40, "--out", "g.h5")
        self.ok("draw", "chains.toml", "--sampler", "mala", "--n", 40, "--out", "m.h5")
        with h5py.File(self.folder / "g.h5") as g, h5py.File(self.folder / "m.h5") as m:
            np.testing.assert_array_equal(g["chain"], np.repeat([0, 1], 20))
            self.assertNotIn("chain", m)
        self.assertEqual(self.plumbline("score", "chains.toml", "--samples", "g.h5").code, 0)

    def test_what_cannot_be_judged_is_refused(self):
        x = self.x[:100]
        self.h5("good.h5", x=x, chain_length=50)
        self.h5("list.h5", x=x)
        self.h5("other.h5", x=x, chain_length=25)
        self.h5("misspelled.h5", x=x, chains=np.zeros(100, dtype=int))
        for words, says in (
                (["--samples", "good.h5", "--batches", 4], "--batches = 4: must be absent: chains are judged"),
                (["--samples", "good.h5", "--null-sets", 40], "--null-sets = 40: must be absent"),
                (["--samples", "good.h5", "--samples", "list.h5"], "chain = independent draws: must be chains of 50 draws"),
                (["--samples", "good.h5", "--samples", "other.h5"], "chain = chains of 25 draws: must be chains of 50 draws"),
                (["--samples", "misspelled.h5"], "did you mean 'chain'")):
            done = self.plumbline("score", "tiny.toml", *words)
            self.assertEqual(done.code, 2, done.out + done.err)
            self.assertIn(says, done.err)


if __name__ == "__main__":
    common.main()
