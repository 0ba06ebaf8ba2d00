-- Delegated OCSP responders (RFC 6960 section 4.2.2.2): the newest of an authority answers, the others are kept as they were.
CREATE TABLE pki_ocsp_responders (
  authority text NOT NULL REFERENCES pki_authorities (name),
  serial_hex text NOT NULL,
  certificate bytea NOT NULL,
  key_label text NOT NULL,
  -- When the key was made: a key is certified again for a year at most.
  key_since timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (authority, serial_hex)
);

CREATE INDEX pki_ocsp_responders_newest ON pki_ocsp_responders (authority, not_after);
