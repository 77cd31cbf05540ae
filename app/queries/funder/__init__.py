"""What officers and decision makers read."""
