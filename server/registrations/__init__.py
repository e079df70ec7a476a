"""One e-mail's place at one event."""
