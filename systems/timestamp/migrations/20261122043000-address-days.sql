-- What processes have taken of the daily quota of a network address, in blocks. holder: HMAC-SHA256 of the address under the secret of that day,
-- its first 16 octets; no address is stored. day: in Bangkok. granted: what the last statement took, for its answer.
CREATE TABLE timestamp_address_days (
  day text NOT NULL,
  holder bytea NOT NULL,
  leased bigint NOT NULL CHECK (leased >= 0),
  granted bigint NOT NULL,
  PRIMARY KEY (day, holder)
);

-- Gone with its day: nobody can try afterwards which addresses the rows stood for.
CREATE TABLE timestamp_address_secrets (
  day text PRIMARY KEY,
  secret bytea NOT NULL
);
