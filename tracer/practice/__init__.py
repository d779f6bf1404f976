"""Practice: blanks to fill in, answers read back, and marks with reasons."""
