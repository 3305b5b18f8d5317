"""The contract that everything else leans on: graph, op record, the three trees, lines, limits, errors."""
