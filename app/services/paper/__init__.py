"""What is printed: letters and receipts, gathered as plain data."""
