-- Back from 0013: the class is unknown there.

DELETE FROM settlements USING conflicts
WHERE settlements.conflict_id = conflicts.id AND conflicts.class = 'duplicate_registration';
DELETE FROM conflicts WHERE class = 'duplicate_registration';
DROP TABLE duplicate_looks;
