CREATE SCHEMA onefold;

-- Which shard each slot is on, by its name in the settings.
CREATE TABLE onefold.slots (
    slot int PRIMARY KEY CHECK (slot BETWEEN 0 AND 8191),
    shard text NOT NULL
);

-- The number of the map: a single row. The table's name is that of the slots with `_epoch`.
CREATE TABLE onefold.slots_epoch (
    epoch bigint NOT NULL,
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only)
);
INSERT INTO onefold.slots_epoch (epoch) VALUES (0);

-- Whoever changes the map counts it up, after all who did so before.
CREATE FUNCTION onefold.count_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE onefold.slots_epoch SET epoch = epoch + 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_epoch AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON onefold.slots
    FOR EACH STATEMENT EXECUTE FUNCTION onefold.count_epoch();
