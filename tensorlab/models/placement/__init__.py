"""Layers of one module on several devices: what is handed over between them, and what that costs."""
