"""A tree to steps: one rule a kind of tree, one file a family of rules."""
