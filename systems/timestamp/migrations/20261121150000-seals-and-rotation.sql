-- Units follow one another in a line: the newest signs, the older ones stay published.
ALTER TABLE timestamp_units ADD COLUMN line text NOT NULL DEFAULT 'default';
ALTER TABLE timestamp_units ADD COLUMN generation integer NOT NULL DEFAULT 1;
ALTER TABLE timestamp_units ADD COLUMN alarmed_at timestamptz;
CREATE UNIQUE INDEX timestamp_units_line ON timestamp_units (line, generation);

-- How far each chain of records was sealed in the public log. kind: where the chain lies, in timestamp_tokens or in files of a node.
CREATE TABLE timestamp_seals (
  chain text NOT NULL,
  seq_from bigint NOT NULL,
  seq_to bigint NOT NULL,
  head bytea NOT NULL,
  kind text NOT NULL,
  node text NOT NULL,
  sealed_at timestamptz NOT NULL,
  PRIMARY KEY (chain, seq_to)
);

CREATE TRIGGER timestamp_seals_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON timestamp_seals
  FOR EACH STATEMENT EXECUTE FUNCTION timestamp_refuse_change();
