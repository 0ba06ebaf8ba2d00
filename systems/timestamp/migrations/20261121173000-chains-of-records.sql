-- Every chain of records in timestamp_tokens that was begun. What a killed process left unsealed is sealed by any other process, which ends
-- the chain: from then on it takes no record, so that nothing can follow unseen what was sealed as its end.
CREATE TABLE timestamp_chains (
  chain text PRIMARY KEY,
  begun_at timestamptz NOT NULL,
  ended_at timestamptz
);

CREATE INDEX timestamp_chains_open ON timestamp_chains (begun_at) WHERE ended_at IS NULL;

INSERT INTO timestamp_chains (chain, begun_at) SELECT chain, min(gen_time) FROM timestamp_tokens GROUP BY chain;

-- The share lock waits for whoever is ending the chain, and is waited for by whoever wants to. Chains of processes of the release before
-- this one have no row and are not refused.
CREATE FUNCTION timestamp_refuse_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM timestamp_chains WHERE chain IN (SELECT chain FROM added) FOR SHARE;
  IF EXISTS (SELECT 1 FROM timestamp_chains WHERE ended_at IS NOT NULL AND chain IN (SELECT chain FROM added)) THEN
    RAISE EXCEPTION 'the chain was ended' USING ERRCODE = 'TS001';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER timestamp_tokens_open_chain
  AFTER INSERT ON timestamp_tokens REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION timestamp_refuse_ended();
