"""What ranks measure together: collectives, sharded products, replicas of AlexNet."""
