"""Read ML math the way you read a stack trace.

This file puts the rooms together and is the only one that may import from all of them.
"""

__version__ = "0.1.0"
