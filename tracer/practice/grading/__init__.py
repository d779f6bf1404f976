"""Marking a class: files to students, answers to points, points to a gradebook.

May import every other room of practice. Called by the command grade.
"""
