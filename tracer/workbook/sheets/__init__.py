"""One module for each kind of sheet; each returns plans and knows no file format.

May import the plan beside it, never the writer. Called by the book and by practice.
"""
