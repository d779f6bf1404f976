"""Numbers that come in: files, tables, made-up data sets and random arrays as NumPy arrays.

May import the language's names of things. Called by template and network.
"""
