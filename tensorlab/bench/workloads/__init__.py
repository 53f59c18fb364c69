"""What is computed: one table a group, arithmetic only. Implementations live in the backends."""
