-- The time-stamping unit: its certificate, issuers and the label of its key. Whoever inserts first wins.
CREATE TABLE timestamp_units (
  name text PRIMARY KEY,
  certificate bytea NOT NULL,
  issuing_certificate bytea NOT NULL,
  root_certificate bytea NOT NULL,
  key_label text NOT NULL,
  created_at timestamptz NOT NULL
);

-- One row per token, written before the token leaves. Each run of a process keeps a chain of its own: hash covers all other columns
-- and previous_hash; the first row of a chain points at the newest row of any chain that its process saw.
CREATE TABLE timestamp_tokens (
  chain text NOT NULL,
  seq bigint NOT NULL,
  serial_hex text NOT NULL UNIQUE,
  gen_time timestamptz NOT NULL,
  policy text NOT NULL,
  digest_algorithm text NOT NULL,
  digest bytea NOT NULL,
  token_sha256 bytea NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (chain, seq)
);

CREATE INDEX timestamp_tokens_gen_time ON timestamp_tokens (gen_time);

CREATE FUNCTION timestamp_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'time-stamp records are append-only';
END
$$;

CREATE TRIGGER timestamp_tokens_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON timestamp_tokens
  FOR EACH STATEMENT EXECUTE FUNCTION timestamp_refuse_change();
