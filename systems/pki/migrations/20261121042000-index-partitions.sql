CREATE INDEX pki_certificates_partition ON pki_certificates (authority, crl_partition) WHERE crl_partition > 0;
