"""Formulas: tokens, grammar, names, and the lowering to steps. Pure; FORMULAS.md is its law."""
