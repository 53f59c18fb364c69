"""Two files of runs, case by case."""
