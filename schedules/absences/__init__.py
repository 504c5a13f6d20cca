"""Absences: asked for, granted or refused, entered for others, and taken back."""
