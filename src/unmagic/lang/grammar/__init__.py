"""Tokens to a tree. It answers or refuses; nothing is guessed."""
