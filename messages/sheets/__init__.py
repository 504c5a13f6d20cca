"""Reading the spreadsheets that people send in: XLSX and CSV as sheets of lines, and the columns found in them.

The way of a file: ``reading`` (file → sheets of lines) → ``tables`` (below a ``headers`` line, whose names a
``vocabulary`` knows) → the rows of whoever reads it.
"""
