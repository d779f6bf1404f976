"""What a workbook is before it is a file: books, sheets, cells, colours, number formats, names.

May import the language and wording. Called by the sheets, the writer and practice.
"""
