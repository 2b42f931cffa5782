"""Deals in: CRM exports read, checked row by row, taken in at once, and undone.

`read_exports` (reading.py) turns files into checked rows and remarks and writes nothing; `take` (taking.py) writes them
inside one transaction and keeps a ledger (ledger.py), from which `undo` (undoing.py) takes the whole import back.
"""
