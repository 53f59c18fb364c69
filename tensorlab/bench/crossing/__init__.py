"""The size at which a device overtakes the CPU: measured where there is one, projected where there is none."""
