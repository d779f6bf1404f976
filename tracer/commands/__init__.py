"""The commands, a file each: read the options, call one function, print.

May import every room; only `python -m tracer` and the installed script call it.
"""
