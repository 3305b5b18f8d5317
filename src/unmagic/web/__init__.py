"""The site: server-rendered pages on the engine. Visitors' text is parsed, never executed."""
