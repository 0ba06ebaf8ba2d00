-- The CA model grows from two names to as many authorities as there are. `name` stays the key: it is the id in addresses and in the API.
ALTER TABLE pki_authorities DROP CONSTRAINT pki_authorities_name_check;
ALTER TABLE pki_authorities
  ADD CONSTRAINT pki_authorities_name_check CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
  -- An authority that waits for its certificate has none yet; one that somebody else runs has no key here.
  ALTER COLUMN certificate DROP NOT NULL,
  ALTER COLUMN key_label DROP NOT NULL,
  ADD COLUMN kind text NOT NULL DEFAULT 'issuing' CHECK (kind IN ('root', 'subordinate', 'issuing', 'external')),
  ADD COLUMN parent text REFERENCES pki_authorities (name),
  ADD COLUMN state text NOT NULL DEFAULT 'active'
    CHECK (state IN ('awaiting-certificate', 'active', 'suspended', 'retired')),
  -- Certification request (PKCS#10) of an authority whose certificate is signed elsewhere.
  ADD COLUMN csr bytea,
  -- Name of the organisation that runs it, where that is not the operator.
  ADD COLUMN operator text,
  -- Grows with every change; the entity tag of the API.
  ADD COLUMN version int NOT NULL DEFAULT 1,
  ADD CONSTRAINT pki_authorities_certificate CHECK (certificate IS NOT NULL OR state IN ('awaiting-certificate', 'retired'));

UPDATE pki_authorities SET kind = 'root' WHERE name = 'root';
UPDATE pki_authorities SET parent = 'root' WHERE name = 'issuing' AND EXISTS (SELECT FROM pki_authorities WHERE name = 'root');

-- A certificate is `prepared` before it is signed: serial and hash of what will be signed are on disk first. A crash leaves such rows;
-- they become `abandoned` and their serial is never used again.
ALTER TABLE pki_certificates
  ALTER COLUMN certificate DROP NOT NULL,
  ADD COLUMN state text NOT NULL DEFAULT 'issued' CHECK (state IN ('prepared', 'issued', 'abandoned')),
  ADD COLUMN tbs_sha256 bytea,
  -- Fingerprint of the certificate, and hash of its SubjectPublicKeyInfo.
  ADD COLUMN sha256 bytea,
  ADD COLUMN key_sha256 bytea,
  -- Account whose certificate it is, and the way it came about.
  ADD COLUMN holder text,
  ADD COLUMN channel text NOT NULL DEFAULT 'internal',
  ADD COLUMN request_id uuid,
  -- The certificate that this one follows after a renewal.
  ADD COLUMN predecessor_authority text,
  ADD COLUMN predecessor_serial text,
  ADD COLUMN invalidity_date timestamptz,
  -- Part of the CRL in which it stands when that is partitioned; 0 for the complete one.
  ADD COLUMN crl_partition int NOT NULL DEFAULT 0 CHECK (crl_partition >= 0),
  -- Days before the end at which its holder was last reminded.
  ADD COLUMN reminded_days int,
  ADD CONSTRAINT pki_certificates_state CHECK ((state = 'issued') = (certificate IS NOT NULL));

UPDATE pki_certificates SET sha256 = sha256(certificate) WHERE certificate IS NOT NULL;

CREATE INDEX pki_certificates_serial ON pki_certificates (serial_hex);
CREATE INDEX pki_certificates_sha256 ON pki_certificates (sha256);
CREATE INDEX pki_certificates_key ON pki_certificates (key_sha256);
CREATE INDEX pki_certificates_holder ON pki_certificates (holder, issued_at) WHERE holder IS NOT NULL;
CREATE INDEX pki_certificates_issued_at ON pki_certificates (issued_at, authority, serial_hex) WHERE state = 'issued';
CREATE INDEX pki_certificates_not_after ON pki_certificates (not_after) WHERE state = 'issued';
CREATE INDEX pki_certificates_prepared ON pki_certificates (issued_at) WHERE state = 'prepared';

-- Every change of a certificate's status, in order; written under the authority's row lock, so that a delta CRL misses none.
CREATE TABLE pki_status_changes (
  seq int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  authority text NOT NULL REFERENCES pki_authorities (name),
  serial_hex text NOT NULL,
  change text NOT NULL CHECK (change IN ('revoked', 'suspended', 'reinstated')),
  reason text NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL
);

CREATE INDEX pki_status_changes_authority ON pki_status_changes (authority, seq);

INSERT INTO pki_status_changes (authority, serial_hex, change, reason, actor, at)
  SELECT authority, serial_hex, 'revoked', coalesce(revocation_reason, 'unspecified'), 'system', revoked_at
  FROM pki_certificates WHERE revoked_at IS NOT NULL ORDER BY revoked_at, serial_hex;

-- How far the status changes are contained in a complete CRL: what came after belongs into its delta CRLs.
ALTER TABLE pki_crls ADD COLUMN status_seq int8 NOT NULL DEFAULT 0;

-- Delta CRLs and partitions; the complete ones stay in pki_crls. They share its numbers.
CREATE TABLE pki_partial_crls (
  authority text NOT NULL REFERENCES pki_authorities (name),
  -- `delta`, or `partition-<n>`.
  scope text NOT NULL CHECK (scope ~ '^(delta|partition-[1-9][0-9]*)$'),
  number int8 NOT NULL,
  base_number int8,
  crl bytea NOT NULL,
  this_update timestamptz NOT NULL,
  next_update timestamptz NOT NULL,
  PRIMARY KEY (authority, scope, number)
);

-- Keys that nothing is certified for any more, by hash of SubjectPublicKeyInfo.
CREATE TABLE pki_blocked_keys (
  key_sha256 bytea PRIMARY KEY,
  reason text NOT NULL,
  authority text,
  serial_hex text,
  since timestamptz NOT NULL
);
