"""What a person answered: an answer, a mark, and reading both from sheets and loose files.

May import safe, and nothing else of practice. Called by every other room of practice.
"""
