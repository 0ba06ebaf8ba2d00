-- One row per CA of this hierarchy. Whoever inserts a row first wins; the others take over what it says.
CREATE TABLE pki_authorities (
  name text PRIMARY KEY CHECK (name IN ('root', 'issuing')),
  certificate bytea NOT NULL,
  key_label text NOT NULL,
  -- Number of the newest CRL; only ever increased, under the row's lock.
  crl_number bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL
);

-- Every certificate that was ever signed, stored before it was handed out.
CREATE TABLE pki_certificates (
  authority text NOT NULL REFERENCES pki_authorities (name),
  serial_hex text NOT NULL,
  profile text NOT NULL,
  subject text NOT NULL,
  certificate bytea NOT NULL,
  not_before timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  issued_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revocation_reason text,
  PRIMARY KEY (authority, serial_hex),
  CHECK ((revoked_at IS NULL) = (revocation_reason IS NULL))
);

CREATE INDEX pki_certificates_revoked ON pki_certificates (authority, serial_hex) WHERE revoked_at IS NOT NULL;

CREATE TABLE pki_crls (
  authority text NOT NULL REFERENCES pki_authorities (name),
  number bigint NOT NULL,
  crl bytea NOT NULL,
  this_update timestamptz NOT NULL,
  next_update timestamptz NOT NULL,
  PRIMARY KEY (authority, number)
);
