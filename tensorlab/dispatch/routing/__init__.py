"""How torch's dispatcher finds the kernels of a call: sets of keys, kernels by key, and the devices that there are."""
