"""Text to tokens: the same for formulas in Unicode, in plain letters and in LaTeX."""
