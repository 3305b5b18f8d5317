"""The lesson *Math for ML*: its real data and what it computes. Pages are made of this elsewhere."""
