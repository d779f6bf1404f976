"""The sheet Explore: any iteration, any step, any cell, chosen in drop-downs.

May import the plan and the kit of the other sheets. Called by the book alone.
"""
