"""Matters as offices keep them in spreadsheets: XLSX and CSV → what is told of each."""
