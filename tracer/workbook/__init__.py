"""Trace → workbook: a neutral plan of sheets and cells, then the file."""
