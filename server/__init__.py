"""The server: issues tickets, collects facts and finds where doors disagreed."""
