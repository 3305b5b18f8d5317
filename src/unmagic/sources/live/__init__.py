"""Live NumPy: the user's files instrumented on their syntax tree, run for real, the recorder told afterwards."""
