"""A real package, so that ``tests.conftest`` is ours and not some installed package's stray ``tests``."""
