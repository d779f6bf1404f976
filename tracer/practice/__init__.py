"""Practice: blanks to fill in, answers read back, and marks with reasons.

From the ground up: safe, answers, exercise, marking, mistakes, sheets, checking, grading; each
may import those before it, and the workbook's plan. Called by the interface and the commands.
"""
