CREATE TABLE audit_heads (
  stream text PRIMARY KEY,
  seq int8 NOT NULL,
  hash bytea NOT NULL
);

CREATE TABLE audit_records (
  stream text NOT NULL REFERENCES audit_heads,
  seq int8 NOT NULL CHECK (seq > 0),
  at timestamptz NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  object text NOT NULL,
  details jsonb NOT NULL,
  previous bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (stream, seq)
);

CREATE INDEX audit_records_object ON audit_records (object);

CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit records are append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_records_fixed BEFORE UPDATE OR DELETE ON audit_records
  FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_records_kept BEFORE TRUNCATE ON audit_records
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

-- A head only moves forward, one record at a time; an update that changes nothing is how an append locks it.
CREATE TRIGGER audit_heads_forward BEFORE UPDATE ON audit_heads FOR EACH ROW
  WHEN (NOT (NEW.stream = OLD.stream
    AND (NEW.seq = OLD.seq + 1 OR (NEW.seq = OLD.seq AND NEW.hash = OLD.hash))))
  EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_heads_fixed BEFORE DELETE ON audit_heads
  FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_heads_kept BEFORE TRUNCATE ON audit_heads
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
