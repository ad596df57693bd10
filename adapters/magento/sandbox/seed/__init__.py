"""Rows from nothing: what a sandbox store has, computed from its name and profile."""
