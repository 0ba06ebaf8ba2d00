-- What people ask of the registration authority. Two different officers decide; the one who asks is never one of them.
CREATE TABLE pki_requests (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('certificate', 'subordinate', 'cross', 'revocation', 'reinstatement')),
  state text NOT NULL CHECK (state IN (
    'submitted', 'correction', 'first-approved', 'approved', 'ceremony', 'confirmation', 'issued', 'done', 'rejected', 'withdrawn')),
  applicant text NOT NULL,
  -- Authority that is to issue, or whose certificate it is about.
  authority text NOT NULL REFERENCES pki_authorities (name),
  profile text,
  subject jsonb,
  alternative_names jsonb,
  -- PKCS#10 request, or for a cross-certificate the certificate of the other CA.
  material bytea,
  key_sha256 bytea,
  -- What the applicant says to prove the identity.
  evidence text NOT NULL,
  -- What depends on the kind: organisation, path length, name constraints, policies, reason.
  details jsonb NOT NULL,
  -- Statement of the first officer on how the identity was proven.
  proofing jsonb,
  first_officer text,
  first_at timestamptz,
  second_officer text,
  second_at timestamptz,
  -- Why it was sent back or rejected.
  note text,
  -- The certificate that it is about: renewed, revoked, reinstated.
  target_serial text,
  -- The certificate that came of it.
  result_serial text,
  version int NOT NULL,
  search text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- Four eyes, whatever the program does.
  CONSTRAINT pki_requests_two_officers CHECK (first_officer IS NULL OR second_officer IS NULL OR first_officer <> second_officer),
  CONSTRAINT pki_requests_not_applicant CHECK (
    kind IN ('revocation', 'reinstatement')
    OR ((first_officer IS NULL OR first_officer <> applicant) AND (second_officer IS NULL OR second_officer <> applicant)))
);

CREATE INDEX pki_requests_applicant ON pki_requests (applicant, id);
CREATE INDEX pki_requests_open ON pki_requests (kind, id) WHERE state IN ('submitted', 'first-approved', 'approved', 'ceremony', 'confirmation');
-- One open revocation, reinstatement or renewal of a certificate at a time.
CREATE UNIQUE INDEX pki_requests_target ON pki_requests (authority, target_serial, kind)
  WHERE target_serial IS NOT NULL
    AND state IN ('submitted', 'correction', 'first-approved', 'approved', 'ceremony', 'confirmation');

CREATE TABLE pki_request_events (
  request_id uuid NOT NULL REFERENCES pki_requests (id),
  seq int NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  state_from text,
  state_to text NOT NULL,
  note text,
  PRIMARY KEY (request_id, seq)
);
