"""What is done with a Graph: evaluate it, differentiate it, follow how one entry moves the result."""
