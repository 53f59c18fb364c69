"""Files of tensors, read without running what is in them: where each tensor lies, and nothing of its elements."""
