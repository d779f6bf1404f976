"""Reading files that strangers made: within limits, in a process that can be killed.

May import errors, the letters of columns and, only where a refusal is told, wording: so a
child process starts fast. Called by answers, exercise, checking and grading.
"""
