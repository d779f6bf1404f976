"""One person's answers, from a file to a report with reasons.

May import every room of practice but grading. Called by grading and the command check.
"""
