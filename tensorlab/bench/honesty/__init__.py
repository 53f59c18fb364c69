"""Whether the measuring itself tells the truth: the same beside the same, and a small difference that was planted."""
