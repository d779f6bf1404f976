"""An interpreter of ours over Python's syntax tree: a closed world, with limits.

May import `tracer.code.values` and `tracer.code.world`, and the hall. Called by the reader of
programs (`tracer.code`).
"""
