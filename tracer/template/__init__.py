"""TOML ⇄ Template: what a file says, read, checked and completed; the lessons that come along.

May import data, program and backward. Called by everything that starts from a template.
"""
