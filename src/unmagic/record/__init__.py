"""What a run tells us: steps, writes and views, branches, iterations; and the tables that spell libraries in ops."""
