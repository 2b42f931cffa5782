"""Objections that come by mail: a mailbox is read, what a known person wrote above the quotes is logged.

`mailboxes.py` reads and moves messages, `messages.py` reads one message, `words.py` finds what its sender typed,
`taking.py` decides what becomes of it.
"""
