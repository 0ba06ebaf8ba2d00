import { createHash } from 'node:crypto';
import { DSIG, ENVELOPED, transform } from '../hand-xml.ts';
import { forged } from '../xml/documents.ts';
import {
  differs,
  exclusive,
  filter,
  over,
  pruned,
  type Row,
  two,
  unknownMethod,
  unreadable,
  usual,
  wrapped,
  XSLT,
  xpath,
} from './signature.ts';

/** Transforms that leave out what is read. */
export const transformRows: readonly Row[] = [
  {
    name: 'XPath that leaves the amount unsigned',
    clause: 'XMLDSig 1.1 8.1.2, 6.6.3',
    reason: wrapped,
    content: two,
    signature: over({ uri: '#p', octets: pruned, transforms: `${xpath('not(ancestor-or-self::amount)')}${exclusive}` }),
  },
  {
    name: 'XPath filter that subtracts the amount',
    clause: 'XPath Filter 2.0 3; XMLDSig 1.1 8.1.2',
    reason: wrapped,
    content: two,
    signature: over({ uri: '#p', octets: pruned, transforms: `${filter('subtract', '//amount')}${exclusive}` }),
  },
  {
    name: 'XPath that keeps nothing',
    clause: 'XMLDSig 1.1 8.1.1, 6.6.3',
    reason: wrapped,
    content: forged(' Id="p"'),
    signature: over({ uri: '#p', octets: '', transforms: `${xpath('false()')}${exclusive}` }),
  },
  {
    name: 'XPath filter that keeps nothing',
    clause: 'XPath Filter 2.0 3; XMLDSig 1.1 8.1.1',
    reason: wrapped,
    content: forged(' Id="p"'),
    signature: over({ uri: '#p', octets: '', transforms: `${filter('intersect', '/nothing')}${exclusive}` }),
  },
  {
    name: 'XPath that keeps the names and drops the text',
    clause: 'XMLDSig 1.1 8.1.1',
    reason: wrapped,
    content: forged(' Id="p"'),
    signature: over({
      uri: '#p',
      octets: '<body Id="p"></body>',
      transforms: `${xpath('not(self::text())')}${exclusive}`,
    }),
  },
  {
    name: 'XPath that drops the attributes',
    clause: 'XMLDSig 1.1 8.1.1',
    reason: wrapped,
    content: '<body Id="p" amount="999">Pay</body>',
    signature: over({
      uri: '#p',
      octets: '<body>Pay</body>',
      transforms: `${xpath('self::* or self::text()')}${exclusive}`,
    }),
  },
  {
    name: 'base64 of the text, the amount in an attribute',
    clause: 'XMLDSig 1.1 6.6.2, 8.1.1',
    reason: wrapped,
    content: '<body Id="p"><amount>9999</amount>UGF5</body>',
    signature: over({
      uri: '#p',
      octets: '',
      digest: createHash('sha256').update(Buffer.from('9999UGF5', 'base64')).digest(),
      transforms: transform(`${DSIG}base64`),
    }),
  },
  {
    name: 'XSLT',
    clause: 'XMLDSig 1.1 8.1.1, 6.6.5',
    reason: unknownMethod,
    signature: over({
      ...usual,
      transforms: transform(
        XSLT,
        '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"></xsl:stylesheet>',
      ),
    }),
  },
  {
    name: 'a transform that nobody knows',
    clause: 'XMLDSig 1.1 4.4.3.4',
    reason: unknownMethod,
    signature: over({ ...usual, transforms: transform('urn:nobody') }),
  },
  {
    name: 'XPath that is none',
    clause: 'XPath 1.0 3.7',
    reason: unreadable,
    signature: over({ ...usual, transforms: `${xpath('((')}${exclusive}` }),
  },
  {
    name: 'XPath that reads another document',
    clause: 'XPath 1.0 4; XMLDSig 1.1 6.6.3',
    reason: unreadable,
    signature: over({ ...usual, transforms: `${xpath("document('file:///etc/passwd')")}${exclusive}` }),
  },
  {
    name: 'XPath that never ends',
    clause: 'XMLDSig Best Practices 3.1',
    reason: unreadable,
    content: `<body Id="p">${'<a><b/></a>'.repeat(3000)}</body>`,
    signature: over({ ...usual, transforms: `${xpath('count(//. | //@* | //*//. | //*//*//.) &gt; 0')}${exclusive}` }),
  },
  {
    name: 'enveloped-signature outside the signed element',
    clause: 'XMLDSig 1.1 6.6.4',
    reason: differs,
    content: forged(' Id="p"'),
    signature: over({ ...usual, transforms: transform(ENVELOPED).repeat(2) + exclusive, uri: '#s' }),
  },
];
