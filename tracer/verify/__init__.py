"""Is it right: gradients against differences, the first wrong step, published figures.

May import run and what lies below. Called by workbook (its sheet Gradient check), practice
and the command verify.
"""
