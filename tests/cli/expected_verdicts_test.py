"""Every experiment whose samplers claim something says in its header which verdict to expect; a small version of some is
run here and compared, with PLUMBLINE_DEEP=1 all of them at full size.

    # Verdict:  smc: consistent, consistent_in_limit; other: unresolved

A small version may leave any claim unresolved, and contradicts none."""

import json
import os
import re
from pathlib import Path

import common

EXPERIMENTS = Path(__file__).resolve().parents[2] / "experiments"
SMALL = ["discretisation", "smc"]
FINDINGS = {"consistent", "consistent_in_limit", "inconsistent", "unresolved", "not_independent"}
DEEP = os.environ.get("PLUMBLINE_DEEP") == "1"


def expected(experiment: str) -> dict[str, set[str]]:
    """Label → findings, of the header's Verdict lines; empty without any."""
    header = "\n".join(line[1:].strip() for line in (EXPERIMENTS / f"{experiment}.toml").read_text().splitlines()
                       if line.startswith("#"))
    found = re.search(r"^Verdict:(.*?)(?=^[A-Z]\w*:|\Z)", header, re.M | re.S)
    if not found:
        return {}
    return {label.strip(): {finding.strip() for finding in findings.split(",")}
            for label, findings in (part.split(":") for part in " ".join(found[1].split()).split(";"))}


class ExpectedVerdicts(common.Case):
    def test_are_findings_of_samplers_that_are_there(self):
        said = {path.stem: expected(path.stem) for path in EXPERIMENTS.glob("*.toml")}
        for name in SMALL:
            self.assertTrue(said[name], name)
        for name, verdicts in said.items():
            for label, findings in verdicts.items():
                self.assertLessEqual(findings, FINDINGS, f"{name}: {label}")

    def test_are_what_verify_finds(self):
        experiments = [path.stem for path in sorted(EXPERIMENTS.glob("*.toml"))] if DEEP else SMALL
        for name in filter(expected, experiments):
            with self.subTest(name):
                done = self.plumbline("verify", EXPERIMENTS / f"{name}.toml", "--out", self.folder / f"{name}.h5", "--json",
                                      *([] if DEEP else ["--quick"]), timeout=3600 if DEEP else 300)
                claims = [claim for claim in json.loads(done.out)["claims"] if claim["claim"] != "nothing"]
                said = expected(name)
                self.assertEqual({claim["label"] for claim in claims}, set(said))
                for claim in claims:
                    where = f"{claim['label']} ({claim['place']}): {claim['note']}"
                    self.assertIn(claim["finding"], said[claim["label"]] | (set() if DEEP else {"unresolved"}), where)
                    self.assertFalse(claim["contradicted"], where)


if __name__ == "__main__":
    common.main()
