"""The sheets of a practice workbook: blanks, hints, live marks, front page, answer book.

May import exercise and marking. Called by checking (to find the blanks again), grading and
the command practice.
"""
