"""Figure 9: where the error of a particle filter comes from. Drawn from experiments/error_budget.toml."""

from plumbline import budget, command_line

NAMES = {"particles": "particles: {} → {}", "kernel": "kernel: {} → {}", "initial": "initial law: {} → {}",
         "resampling": "resampling: {} → {}"}


def main():
    results, stem = command_line(__file__)
    budget.draw(results, stem, "smcdiff", NAMES)


if __name__ == "__main__":
    main()
