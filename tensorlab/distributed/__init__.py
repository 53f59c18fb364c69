"""Several processes: torchrun starts them, torch.distributed joins them, and here is what they do and how they end."""
