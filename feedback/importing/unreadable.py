class UnreadableFile(Exception):
    """A file nothing can be read from; the message says why and what to do, for the person who gave it."""


class ForeignFile(UnreadableFile):
    """A readable file that holds no export at all, such as a description beside the exports."""
