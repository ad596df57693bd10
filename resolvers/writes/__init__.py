"""Writes: accepted, kept, done in order, and told of."""
