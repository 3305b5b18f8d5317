"""Printers of documents, one a format. Nothing here formats a number: every number arrives as text."""

from __future__ import annotations
