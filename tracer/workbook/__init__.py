"""Trace → workbook: a neutral plan of sheets and cells, then the file.

May import run and verify; its own rooms are sheets (plans) and writer (the file format).
Called by practice, the interface and the commands.
"""
