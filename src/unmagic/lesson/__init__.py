"""Learn: lessons as Markdown files with directives, and the live parts that they call for. Knows no web."""
