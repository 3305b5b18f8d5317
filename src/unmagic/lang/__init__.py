"""Formulas: tokens, grammar, names, and the lowering to steps. Pure; FORMULAS.md in the project's documents is its law."""
