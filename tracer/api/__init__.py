"""What `import tracer` offers: functions and a trace that writes its own workbook.

May import every room but the commands. Called by people's own code and by the commands.
"""
