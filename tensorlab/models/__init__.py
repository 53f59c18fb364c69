"""Networks as layer tables: AlexNet, its weights, its layers' bytes and times."""
