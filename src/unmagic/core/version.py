"""The version of unmagic, said once."""

VERSION = "0.1.0"
