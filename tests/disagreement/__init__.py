"""A search for numbers that a spreadsheet program computes otherwise than they were recorded."""
