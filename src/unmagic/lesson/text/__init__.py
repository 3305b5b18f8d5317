"""Search, a bigram model and naive Bayes, all counted from the documentation that ships with Python."""
