"""Table 1: linear inverse problems on MCGdiff's mixture, beside the floor of exact draws. From experiments/grid25_mcgdiff.toml."""

from plumbline import command_line, table

METHODS = {"mcgdiff": "MCGdiff", "mcgdiff_published": "MCGdiff, as published", "smcdiffopt": "SMCDiffOpt",
           "fps_smc": "FPS-SMC", "dps": "DPS", "pigdm": "ΠGDM", "tmpd": "TMPD", "mmps": "MMPS"}
AXES = {"prior_dim": "D = {}", "observation_rows": "m = {}"}


def main():
    results, stem = command_line(__file__)
    table.draw(results, stem, "sliced_wasserstein_1", AXES, METHODS)


if __name__ == "__main__":
    main()
