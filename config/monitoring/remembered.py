import threading
import time
from collections.abc import Callable


class Remembered:
    """What a function answered lately, so that asking often costs nothing. One thread asks anew, the others wait.

    In the process and not in Django's cache: that may be the very thing that is away.
    """

    def __init__(self, function: Callable[[], object], *, seconds: float):
        self.function, self.seconds = function, seconds
        self.lock = threading.Lock()
        self.forget()

    def __call__(self):
        with self.lock:
            if time.monotonic() >= self.until:
                self.answer = self.function()
                self.until = time.monotonic() + self.seconds
            return self.answer

    def forget(self) -> None:
        self.answer, self.until = None, 0.0
