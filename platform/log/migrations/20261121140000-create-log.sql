-- What is to be logged waits here, written in the transaction of what it tells of. The sequencer removes a row in the transaction
-- that gives it a place, so no place is ever given twice and none is skipped, whatever order the transactions commit in.
CREATE TABLE log_outbox (
  id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  type text NOT NULL,
  data bytea NOT NULL,
  at timestamptz NOT NULL
);

-- The tree: one row. The edge is the roots of the perfect subtrees that make up the tree, left to right.
CREATE TABLE log_trees (
  id int2 PRIMARY KEY CHECK (id = 1),
  origin text NOT NULL,
  key_label text NOT NULL,
  size int8 NOT NULL CHECK (size >= 0),
  root bytea NOT NULL,
  edge bytea NOT NULL
);

CREATE TABLE log_entries (
  index int8 PRIMARY KEY CHECK (index >= 0),
  type text NOT NULL,
  at timestamptz NOT NULL,
  data_sha256 bytea NOT NULL,
  leaf_hash bytea NOT NULL,
  entry bytea NOT NULL
);

CREATE INDEX log_entries_data ON log_entries (data_sha256, index);

-- Root of each complete subtree of 256^level entries; level 0 is log_entries.leaf_hash.
CREATE TABLE log_subtrees (
  level int2 NOT NULL CHECK (level > 0),
  n int8 NOT NULL CHECK (n >= 0),
  hash bytea NOT NULL,
  PRIMARY KEY (level, n)
);

CREATE TABLE log_checkpoints (
  size int8 PRIMARY KEY CHECK (size >= 0),
  root bytea NOT NULL,
  note text NOT NULL,
  signed_at timestamptz NOT NULL
);

CREATE TABLE log_cosignatures (
  size int8 NOT NULL REFERENCES log_checkpoints,
  witness text NOT NULL,
  key_id bytea NOT NULL,
  line text NOT NULL,
  cosigned_at timestamptz NOT NULL,
  PRIMARY KEY (size, witness, key_id)
);

CREATE FUNCTION log_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the public log is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER log_entries_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON log_entries
  FOR EACH STATEMENT EXECUTE FUNCTION log_refuse_change();
CREATE TRIGGER log_subtrees_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON log_subtrees
  FOR EACH STATEMENT EXECUTE FUNCTION log_refuse_change();
CREATE TRIGGER log_checkpoints_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON log_checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION log_refuse_change();
CREATE TRIGGER log_trees_kept BEFORE DELETE OR TRUNCATE ON log_trees
  FOR EACH STATEMENT EXECUTE FUNCTION log_refuse_change();
CREATE TRIGGER log_trees_forward BEFORE UPDATE ON log_trees FOR EACH ROW
  WHEN (NEW.origin <> OLD.origin OR NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root))
  EXECUTE FUNCTION log_refuse_change();
