"""Which of many objects share bytes with which."""
