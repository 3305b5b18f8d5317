"""How Python, NumPy and PyTorch spell the ops: one table a library, shared by every front end."""
