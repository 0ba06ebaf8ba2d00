-- Certificates of the document signer: one row per generation. Whoever inserts a generation first wins; the newest one signs.
CREATE TABLE signing_certificates (
  generation integer PRIMARY KEY,
  certificate bytea NOT NULL,
  issuing_certificate bytea NOT NULL,
  root_certificate bytea NOT NULL,
  key_label text NOT NULL UNIQUE,
  not_after timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);
