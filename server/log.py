"""One event a line, ids as fields; never a token, a name or an e-mail."""

import logging
import re
import sys
from contextvars import ContextVar
from io import StringIO
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, WrappedLogger

from server.metrics.access_log import ACCESS, JsonLines

WITHOUT_LOCALS = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
"""Local variables hold passwords, names and e-mails."""
ROWS = re.compile(r"(DETAIL|CONTEXT): .*", re.DOTALL)
"""What PostgreSQL adds to an error: the row that it is about, with everything in it."""
REQUEST: ContextVar[str] = ContextVar("request")
"""The id of the request that is being answered. A request is a task of its own, so it ends with it."""
ADDRESS = re.compile(r"[^\s@\"'<>()=,;:\\]+@[^\s@\"'<>()=,;:\\]+")


def configure(*, readable: bool) -> None:
    """Log to standard error: for people (`readable`) or as JSON lines; libraries from warnings on."""
    shared: list[structlog.typing.Processor] = [
        _with_request,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_readable_exception)]
        if readable
        else [structlog.processors.ExceptionRenderer(_exception), structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last, _without_addresses],
        )
    )
    root = logging.getLogger()
    root.handlers = [stream]
    root.setLevel(logging.WARNING)
    logging.getLogger("server").setLevel(logging.INFO)
    # It logs every failure as an error with its traceback; server.jobs says the same without quoting anybody.
    logging.getLogger("procrastinate.worker").setLevel(logging.CRITICAL)
    access = logging.getLogger(ACCESS)
    access.handlers, access.propagate = ([], True) if readable else ([JsonLines(sys.stderr)], False)


def _with_request(_logger: WrappedLogger, _name: str, line: EventDict) -> EventDict:
    request = REQUEST.get(None)
    return line if request is None else {"request": request, **line}


def _exception(exc_info: ExcInfo) -> list[dict[str, Any]]:
    chain = WITHOUT_LOCALS(exc_info)
    for one in chain:
        one["exc_value"] = ROWS.sub("", one["exc_value"]).rstrip()
    return chain


def _readable_exception(stream: TextIO, exc_info: ExcInfo) -> None:
    written = StringIO()
    structlog.dev.plain_traceback(written, exc_info)
    hidden = [line for line in written.getvalue().splitlines() if not ROWS.match(line)]
    stream.write("\n".join(hidden))


def _without_addresses(_logger: WrappedLogger, _name: str, line: EventDict | str) -> str:
    """The last net: libraries write e-mails into their messages too."""
    text = str(line)
    return ADDRESS.sub("[address]", text) if "@" in text else text
