"""Adapters of recognition engines."""
