"""Guest lists that come as files, and leave as files."""
