-- Back from 0009: what tickets and lists were before is forgotten, and how conflicts were settled.
DROP TRIGGER remember_zone ON events;
DROP TRIGGER remember_type ON ticket_types;
DROP TRIGGER remember_list_types ON check_in_list_types;
DROP TRIGGER remember_list ON check_in_lists;
DROP TRIGGER remember_payment ON registrations;
DROP TRIGGER remember_ticket ON tickets;
DROP FUNCTION remember_zone();
DROP FUNCTION remember_type();
DROP FUNCTION remember_list_types();
DROP FUNCTION remember_list();
DROP FUNCTION remember_lists(UUID[]);
DROP FUNCTION policy_of(UUID);
DROP FUNCTION remember_payment();
DROP FUNCTION remember_ticket();

DELETE FROM conflicts WHERE gone OR list_id IS NULL OR class <> 'double_entry';
DROP INDEX idx_conflicts_event_id_id, idx_conflicts_journal;
CREATE INDEX idx_conflicts_event_id ON conflicts (event_id);
ALTER TABLE conflicts
    DROP CONSTRAINT ck_conflicts_outcome,
    DROP CONSTRAINT uq_conflicts_subject,
    ADD CONSTRAINT uq_conflicts_subject UNIQUE NULLS NOT DISTINCT (list_id, registration_id, place, serial, class),
    DROP COLUMN gone,
    DROP COLUMN outcome,
    DROP COLUMN undue,
    DROP COLUMN journal,
    ALTER COLUMN list_id SET NOT NULL;
DROP TABLE settlements;
DROP TABLE boots;
DROP TABLE list_states;
DROP TABLE former_tickets;
