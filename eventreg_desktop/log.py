"""The desktop's log: one event a line, ids as fields; never a token, a name or an e-mail."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog

LARGEST = 2_000_000
"""Bytes of one log file; the last three are kept."""


def write_to(folder: Path) -> None:
    """Send every log line to `folder`/door.log as JSON from now on, also those of libraries (warnings and worse)."""
    folder.mkdir(parents=True, exist_ok=True)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    file = RotatingFileHandler(folder / "door.log", maxBytes=LARGEST, backupCount=3, encoding="utf-8", delay=True)
    file.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.getLogger().handlers = [file]
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger("eventreg").setLevel(logging.INFO)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The log of one part of the program, for example `logger("sync").info("pushed", facts=3)`."""
    log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(f"eventreg.{name}")
    return log
