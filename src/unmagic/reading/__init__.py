"""A Reading: a Graph with its values, worked, narrated, vouched for."""
