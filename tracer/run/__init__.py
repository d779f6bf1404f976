"""Program → Trace: what the equations compute, iteration by iteration, recorded.

May import program and template. Called by verify, workbook, practice and the commands.
"""
