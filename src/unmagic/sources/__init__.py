"""Front ends: each turns what the user hands in into a Graph with values. They drive, they know no op."""
