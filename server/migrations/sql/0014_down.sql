-- Back from 0014: searches look at every event that has the words.

DROP TRIGGER remember_other_words ON events;
DROP TRIGGER remember_words ON events;
DROP FUNCTION remember_words();
DROP TABLE event_words;
DROP TABLE known_words;
DROP FUNCTION words_of(TEXT);
