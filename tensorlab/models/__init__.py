"""Networks: a table of layers, what follows from it by arithmetic, and the same network in torch and in NumPy."""
