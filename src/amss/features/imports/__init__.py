"""Imports: files of many records, judged row by row and applied through the same rules as the API."""
