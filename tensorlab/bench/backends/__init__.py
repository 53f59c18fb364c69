"""Who computes: lists, NumPy and torch, each with its implementations and how operands and results are handled."""
