"""Slopes of everything the language can say, as equations of the same language.

May import the language alone. Called by backward.
"""
