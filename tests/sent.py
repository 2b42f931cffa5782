"""Bodies of requests as no browser would send them: larger than memory should hold, or with names that are paths."""

BOUNDARY = "a-boundary"
CHUNK = 64 * 1024


class Body:
    """multipart/form-data with these fields and then one file, of `content` or of `size` zeros; read as it comes."""

    def __init__(self, fields=None, *, name, content=b"", size=0, field="file"):
        head = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in (fields or {}).items()
        )
        said = name.replace("\\", "\\\\")
        head += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{said}"\r\n'
        head = head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()
        self.length = len(head) + size + len(tail)
        self.parts, self.left = [head, size, tail], b""

    @property
    def sent(self):
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return {"wsgi.input": self, "CONTENT_LENGTH": str(self.length), "CONTENT_TYPE": kind}

    def read(self, size=CHUNK):
        while len(self.left) < size and self.parts:
            part = self.parts[0]
            if isinstance(part, bytes):
                self.left += self.parts.pop(0)
            else:
                self.left += bytes(min(part, CHUNK))
                self.parts[0] = part - min(part, CHUNK)
                if not self.parts[0]:
                    self.parts.pop(0)
        read, self.left = self.left[:size], self.left[size:]
        return read

    readline = None  # Django keeps it at hand and never asks

    def close(self):
        """As the test client asks at the end."""
