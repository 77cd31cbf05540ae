"""What the people of an application read."""
