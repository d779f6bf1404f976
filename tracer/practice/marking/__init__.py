"""A mark for every blank: right, follows from an earlier mistake, wrong.

May import answers and exercise. Called by mistakes, sheets (its tolerances) and checking.
"""
