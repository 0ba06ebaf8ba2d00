import { createHash } from 'node:crypto';
import { DSIG } from '../hand-xml.ts';
import { body, forged } from '../xml/documents.ts';
import { differs, malformed, missing, over, type Row, uncovered, unknownMethod, usual } from './signature.ts';

/** References to nothing, to something else, or twice. */
export const referenceRows: readonly Row[] = [
  {
    name: 'a file of somebody else by http',
    clause: 'XMLDSig 1.1 4.4.3.1; 8.1.3',
    reason: missing,
    signature: over(usual, { uri: 'http://attacker.example/a.xml', octets: body, transforms: '' }),
  },
  {
    name: 'a file of the machine',
    clause: 'XMLDSig 1.1 4.4.3.1; 8.1.3',
    reason: missing,
    signature: over(usual, { uri: 'file:///etc/hostname', octets: body, transforms: '' }),
  },
  {
    name: 'data in the address',
    clause: 'XMLDSig 1.1 4.4.3.1',
    reason: missing,
    signature: over(usual, { uri: 'data:text/plain,x', octets: 'x', transforms: '' }),
  },
  {
    name: 'an element that is not there',
    clause: 'XMLDSig 1.1 4.4.3.1',
    reason: missing,
    signature: over(usual, { uri: '#nothing', octets: '' }),
  },
  {
    name: 'no address at all',
    clause: 'XMLDSig 1.1 4.4.3.1',
    reason: missing,
    signature: over(usual, { uri: undefined, octets: 'x' }),
  },
  {
    name: 'an XPointer by position',
    clause: 'XMLDSig 1.1 4.4.3.3',
    reason: missing,
    signature: over({ uri: '#xpointer(/envelope/body[1])', octets: body }),
  },
  { name: 'no reference', clause: 'XMLDSig 1.1 4.4', reason: malformed, signature: over() },
  {
    name: 'the key alone',
    clause: 'XMLDSig 1.1 8.1.3',
    reason: uncovered,
    signature: over({ uri: '#k', octets: '<k Id="k"></k>' }),
    content: `${forged('')}<k Id="k"/>`,
  },
  {
    name: 'one of two references that differs',
    clause: 'XMLDSig 1.1 3.2.1',
    reason: differs,
    signature: over(usual, { ...usual, octets: 'other' }),
  },
  {
    name: 'the digest of nothing',
    clause: 'XMLDSig 1.1 3.2.1',
    reason: differs,
    signature: over({ ...usual, octets: '' }),
  },
  {
    name: 'an empty digest',
    clause: 'XMLDSig 1.1 4.4.3.6',
    reason: differs,
    signature: over({ ...usual, digest: new Uint8Array() }),
  },
  {
    name: 'a digest cut to eight octets',
    clause: 'XMLDSig 1.1 4.4.3.6',
    reason: differs,
    signature: over({ ...usual, digest: createHash('sha256').update(body).digest().subarray(0, 8) }),
  },
  {
    name: 'a digest by MD5',
    clause: 'ETSI TS 119 312; XMLDSig 1.1 6.2',
    reason: unknownMethod,
    signature: over({
      ...usual,
      digestMethod: 'http://www.w3.org/2001/04/xmldsig-more#md5',
      digest: createHash('md5').update(body).digest(),
    }),
  },
  {
    name: 'a digest by MD5, of something else',
    clause: 'XMLDSig 1.1 3.2.1; EN 319 102-1 5.2.7',
    reason: differs,
    signature: over({
      ...usual,
      digestMethod: 'http://www.w3.org/2001/04/xmldsig-more#md5',
      digest: createHash('md5').update('other').digest(),
    }),
  },
  {
    name: 'a digest by SHA-1',
    clause: 'ETSI TS 119 312; EN 319 102-1 5.2.8',
    reason: 'signature.algorithm_too_weak',
    signature: over({ ...usual, digestMethod: `${DSIG}sha1`, digest: createHash('sha1').update(body).digest() }),
  },
  {
    name: 'a digest method that nobody knows',
    clause: 'XMLDSig 1.1 4.4.3.5',
    reason: unknownMethod,
    signature: over({ ...usual, digestMethod: 'urn:nobody' }),
  },
];
