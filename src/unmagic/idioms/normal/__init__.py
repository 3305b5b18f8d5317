"""Steps of a graph in one normal form, so that two spellings of one formula are one term."""
