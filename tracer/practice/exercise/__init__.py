"""What is asked of whom: blanks chosen, recipes, assignments, students and their own numbers.

May import safe and answers. Called by marking, sheets, checking and grading.
"""
