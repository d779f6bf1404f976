"""What a program computes in one turn of its training loop, as a graph of values.

May import `tracer.code.values`, the language and the hall. Called by the reader of programs
(`tracer.code`); the interpreter tells it of each operation.
"""
