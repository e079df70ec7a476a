-- Revision 0014: the words of names and venues by themselves, so that a search looks at no more events than it shows.

CREATE TABLE known_words (
    word TEXT COLLATE "C" NOT NULL,
    CONSTRAINT pk_known_words PRIMARY KEY (word)
);
CREATE TABLE event_words (
    word TEXT COLLATE "C" NOT NULL,
    date TIMESTAMP WITH TIME ZONE NOT NULL,
    event_id UUID NOT NULL,
    CONSTRAINT pk_event_words PRIMARY KEY (word, date, event_id)
);

-- As words are told apart where a search reckons how close an event is. An index takes no longer ones.
CREATE FUNCTION words_of(search TEXT) RETURNS SETOF TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT ROWS 10
BEGIN ATOMIC
    SELECT DISTINCT left(word, 500) COLLATE "C" FROM string_to_table(search, ' ') AS word WHERE word <> '';
END;

CREATE FUNCTION remember_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM event_words
        WHERE word = ANY (ARRAY(SELECT words_of(OLD.search))) AND date = OLD.date AND event_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO event_words SELECT word, NEW.date, NEW.id FROM words_of(NEW.search) AS word;
        -- In order: two that write down the same new words wait for one another, and never in a circle.
        INSERT INTO known_words SELECT word FROM words_of(NEW.search) AS word ORDER BY word ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

INSERT INTO event_words SELECT word, date, id FROM events, words_of(search) AS word;
INSERT INTO known_words SELECT DISTINCT word FROM event_words;
-- Written seldom, read at each search: what waits to be sorted in would be gone through each time.
CREATE INDEX idx_known_words_word ON known_words USING gin (word gin_trgm_ops) WITH (fastupdate = off);

CREATE TRIGGER remember_words AFTER INSERT OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION remember_words();
CREATE TRIGGER remember_other_words AFTER UPDATE ON events
    FOR EACH ROW WHEN ((OLD.search, OLD.date) IS DISTINCT FROM (NEW.search, NEW.date))
    EXECUTE FUNCTION remember_words();
