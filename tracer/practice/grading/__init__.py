"""Marking a class: files to students, answers to points, points to a gradebook."""
