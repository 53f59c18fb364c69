"""Optimizers, whatever the layouts of parameters, of gradients, and of the state that was loaded."""
