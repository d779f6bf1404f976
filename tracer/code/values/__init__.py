"""What a read program's values are: its functions, classes and objects, faults and limits.

May import the hall only. Called by the interpreter (`tracer.code.python`) and by what a program
may use (`tracer.code.world`).
"""
