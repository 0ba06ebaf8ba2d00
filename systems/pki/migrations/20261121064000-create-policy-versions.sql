-- Every edition of the certificate policy and of the practice statement, as it was in force. Editions are never changed.
CREATE TABLE pki_policy_versions (
  document text NOT NULL CHECK (document IN ('cp', 'cps')),
  version int NOT NULL CHECK (version > 0),
  effective_at timestamptz NOT NULL,
  oid text NOT NULL,
  -- SHA-256 of the content in UTF-8.
  sha256 bytea NOT NULL,
  -- The text in both languages, canonical JSON (RFC 8785).
  content text NOT NULL,
  PRIMARY KEY (document, version)
);
