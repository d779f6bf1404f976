"""What a program that is read may use: Python's own functions, NumPy's, a few modules.

May import `tracer.code.values`, data, the lessons' folder (`tracer.template`) and the hall. Called
by the interpreter (`tracer.code.python`). Nothing that is not in these tables can be reached.
"""
