"""The sheet Article: what a lesson's source has, in its order, beside what is computed here.

May import the plan and the kit of the other sheets. Called by the book alone.
"""
