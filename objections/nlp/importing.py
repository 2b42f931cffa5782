"""Imports what is heavy, one thread at a time.

spaCy's modules import each other in a circle: two threads that meet in it, as the worker's do when it starts with two
jobs waiting, both end with an ImportError.
"""

from threading import RLock

one_at_a_time = RLock()  # an imported module may itself ask for it
