"""What an object keeps alive: its tensors by storage, bytes used against bytes kept, what saving it costs."""
