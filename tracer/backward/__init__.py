"""The backward pass and the updates, derived from a forward pass and its loss.

May import program and calculus. Called by template, and by network for its tables.
"""
