"""What door and server must agree on: tickets, the rule, facts and the wire. Pure: no clock, disk or network."""
