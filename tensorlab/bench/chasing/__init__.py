"""Lists beside arrays and tensors: what following pointers costs, and the size at which one overtakes the other."""
