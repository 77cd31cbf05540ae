"""What runs by the clock and in the queue."""
