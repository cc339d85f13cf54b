"""Table 1: linear inverse problems on MCGdiff's mixture, beside the floor of exact draws. From experiments/grid25_mcgdiff.toml."""

from plumbline import command_line, table

METHODS = {"mcgdiff": "MCGdiff", "mcgdiff_published": "MCGdiff, as published", "smcdiffopt": "SMCDiffOpt",
           "fps_smc": "FPS-SMC", "dps": "DPS", "pigdm": "ΠGDM", "tmpd": "TMPD", "mmps": "MMPS"}


def main():
    results, stem = command_line(__file__)
    table.draw(results, stem, "sliced_wasserstein_1", {"prior_dim": "D = {}", "observation_rows": "m = {}"}, METHODS,
               "sliced 1-Wasserstein distance, mean over problems ± half of its 95 % bootstrap band; last row: as many exact draws")


if __name__ == "__main__":
    main()
