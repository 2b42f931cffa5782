"""How a kept file leaves the portal: always as a download, and as nothing a browser would run."""

from django.http import FileResponse

from objections.files import media_type
from objections.models import Version

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"  # should a browser show it all the same


def as_download(version: Version) -> FileResponse:
    """The file of a version that has one."""
    response = FileResponse(version.file.open("rb"), as_attachment=True, filename=version.file_name)
    response["Content-Type"] = media_type(version.file.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Referrer-Policy"] = "no-referrer"
    return response
