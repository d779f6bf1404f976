"""From layer sizes and a table of data to a readable template.

May import data, backward and template. Called by the command new.
"""
