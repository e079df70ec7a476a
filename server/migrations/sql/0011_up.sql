-- Revision 0011: which device may sell which blank.

CREATE TABLE blanks (
    serial BYTEA NOT NULL,
    event_id UUID NOT NULL,
    device_id UUID NOT NULL,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_blanks PRIMARY KEY (serial),
    CONSTRAINT fk_blanks_serial FOREIGN KEY (serial) REFERENCES tickets (serial),
    CONSTRAINT fk_blanks_event_id FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT fk_blanks_device_id FOREIGN KEY (device_id) REFERENCES devices (id)
);
CREATE INDEX idx_blanks_device_id_event_id ON blanks (device_id, event_id);
