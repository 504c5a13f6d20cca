"""Matters as releases of the Open Contracting Data Standard tell them: read, cut to what is needed, merged, mapped."""
