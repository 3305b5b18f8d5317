"""A Graph with its values: what the user holds in the hand."""
