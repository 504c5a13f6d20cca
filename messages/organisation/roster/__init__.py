"""The roster (岗位花名册): the offices' own spreadsheet of units, posts and who holds them, read and written.

The way of a file: ``reading`` (file → lines) → ``parsing`` (lines → rows) → ``checking`` (rows against each other) →
``gathering`` (rows → what should stand) → ``change`` (against what stands) → ``importing`` (one transaction).
"""
