"""Figure 10: where the error of guidance by a class comes from. Drawn from experiments/error_budget_guidance.toml."""

from plumbline import budget, command_line

NAMES = {"classifier": "classifier: {} → {}", "kernel": "kernel: {} → {}", "initial": "initial law: {} → {}"}


def main():
    results, stem = command_line(__file__)
    budget.draw(results, stem, "guidance", NAMES)


if __name__ == "__main__":
    main()
