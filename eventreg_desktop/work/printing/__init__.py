"""Paper: badges and the door list. Everything here runs beside the window, in the printing thread."""
