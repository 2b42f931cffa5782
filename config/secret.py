import contextlib
import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def secret_key(path: Path) -> str:
    """The portal's own key where the environment names none: made once, kept beside the data, readable by its owner.

    Written aside and linked into place, so that of two processes starting together both read the same whole key.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(get_random_secret_key() + get_random_secret_key())
        with contextlib.suppress(FileExistsError):  # the other process was first
            os.link(draft, path)
        draft.unlink()
    return path.read_text()
