"""Telling other programs: which events there are, how they are said, signed and sent, and where nothing may be sent."""
