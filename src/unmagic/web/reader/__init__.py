"""The Reader: a source and its numbers as a visitor types them, read and laid out for the page. One concept a file."""
