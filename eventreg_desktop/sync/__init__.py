"""How this device and the server tell each other what they know."""
