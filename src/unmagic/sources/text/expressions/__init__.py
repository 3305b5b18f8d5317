"""Expressions of Python, each compiled once to a closure."""
