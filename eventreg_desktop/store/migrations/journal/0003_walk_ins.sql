-- Which blanks were sold here: asked for with each scan of one.
CREATE INDEX idx_facts_walk_in ON facts (serial) WHERE kind = 'walk_in'
