/**
 * Why rows differ that are known to: by the name of the test that the row comes from, and what this product goes by. Printed beside the difference, nothing
 * else: a row named here counts as it does without. Names of tests are looked up for the reader of a run and never reach the engine.
 */
export const reasons: ReadonlyMap<string, string> = new Map([
  [
    'CAdESNoKeInfoTrustedStoreTest',
    'the certificate of the signer is in neither the document nor the corpus; without its key nothing can be verified (RFC 5652 5.6)',
  ],
  [
    'CAdESNoKeyInfoCertProvidedTest',
    'the certificate of the signer is in neither the document nor the corpus; without its key nothing can be verified (RFC 5652 5.6)',
  ],
  [
    'XAdESEnvelopedFakeContentTest',
    'the signed element stands inside the signature, which the enveloped-signature transform takes away: the digest matches nothing (XMLDSig 1.1 6.6.4)',
  ],
  [
    'DSS1794CrlTest',
    'the row joins the signature, which has no signing-certificate attribute, with time-stamps, which have one (RFC 5035 3; ETSI EN 319 122-1 5.2.2)',
  ],
  [
    'PdfPkcs7WithSha1SubFilterTest',
    'of two signatures one has no signed attributes and so names no certificate; the row says true for the test that finds one of each (ETSI EN 319 122-1 5.2.2)',
  ],
  [
    'XAdES111ValidationTest',
    'both references match, as the row says of each; core validation needs no more, and XAdES 1.1.1 is read (XMLDSig 1.1 3.2)',
  ],
  [
    'XAdESInjectedCounterSignatureTest',
    'the counter-signature signs another value and fails; the signature that it was put into holds, as dataIntact says too (ETSI EN 319 132-1 5.2.7.2)',
  ],
]);
