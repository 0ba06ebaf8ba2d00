-- One row per case: where it stands now. The truth is in licensing_case_events; this row is what lists and locks are made of.
CREATE TABLE licensing_cases (
  id uuid PRIMARY KEY,
  reference text NOT NULL UNIQUE,
  service_id text NOT NULL,
  service_version text NOT NULL,
  agency_id text NOT NULL,
  applicant text NOT NULL,
  state text NOT NULL,
  seq integer NOT NULL,
  hash text NOT NULL,
  version bigint NOT NULL,
  data jsonb NOT NULL,
  search text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  submitted_at timestamptz,
  due_at timestamptz
);

CREATE INDEX licensing_cases_by_applicant ON licensing_cases (applicant, id DESC);
CREATE INDEX licensing_cases_by_queue ON licensing_cases (agency_id, state, (coalesce(due_at, 'infinity'::timestamptz)), id)
  WHERE submitted_at IS NOT NULL;

-- What happened, for ever. Each event carries the hash of the one before it.
CREATE TABLE licensing_case_events (
  case_id uuid NOT NULL REFERENCES licensing_cases (id),
  seq integer NOT NULL CHECK (seq > 0),
  id uuid NOT NULL UNIQUE,
  event jsonb NOT NULL,
  previous_hash text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (case_id, seq)
);

CREATE FUNCTION licensing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER licensing_case_events_rows BEFORE UPDATE OR DELETE ON licensing_case_events
  FOR EACH ROW EXECUTE FUNCTION licensing_refuse_change();
CREATE TRIGGER licensing_case_events_table BEFORE TRUNCATE ON licensing_case_events
  FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change();

CREATE TABLE licensing_attachments (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES licensing_cases (id),
  field text NOT NULL,
  name text NOT NULL,
  media_type text NOT NULL,
  size integer NOT NULL CHECK (size > 0),
  sha256 text NOT NULL,
  added_at timestamptz NOT NULL,
  -- A file that was submitted before stays for the record when its owner takes it out of the form.
  removed_at timestamptz
);

CREATE INDEX licensing_attachments_by_case ON licensing_attachments (case_id, id);

-- Receipts of the counter: one receipt pays one application.
CREATE TABLE licensing_receipts (
  agency_id text NOT NULL,
  receipt_number text NOT NULL,
  case_id uuid NOT NULL REFERENCES licensing_cases (id),
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (agency_id, receipt_number)
);
