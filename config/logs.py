import traceback

from pythonjsonlogger.json import JsonFormatter


class QuietFormatter(JsonFormatter):
    """JSON lines without customer text: errors by kind and frames, requests by path."""

    def formatException(self, exc_info):  # noqa: N802  the name logging calls
        kind, _, trace = exc_info
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        return "\n".join([*frames, kind.__name__])

    def add_fields(self, log_data, record, message_dict):
        super().add_fields(log_data, record, message_dict)
        request = log_data.pop("request", None)
        if request is not None and hasattr(request, "path"):
            log_data["path"] = request.path
