"""The learning-rate toy: a function, a start, a rate, and what the steps downhill do."""
