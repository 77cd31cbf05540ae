"""From frozen primitive data to PDF: letters, receipts and application copies.

Nothing here reads a database row, a clock or a request; services hand in plain data and get bytes.
"""
