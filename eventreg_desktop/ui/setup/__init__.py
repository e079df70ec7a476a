"""Setting a laptop up: enrol at a server, then choose the list and the gate."""
