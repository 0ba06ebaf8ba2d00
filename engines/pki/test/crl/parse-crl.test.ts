import { der } from '@tra/asn1';
import { describe, expect, it } from 'vitest';
import { EXTENSION, PkiError, parseCrl } from '../../src/index.ts';
import {
  deltaIndicator,
  entry,
  extension,
  type ForgedCrl,
  flag,
  forgeCrl,
  issuedBy,
  issuingPoint,
  numberExtension,
  reason,
} from './forge.ts';

const refusal = (parts: ForgedCrl): unknown => {
  try {
    parseCrl(forgeCrl(parts));
  } catch (error) {
    if (error instanceof PkiError && error.code === 'pki.crl_invalid') return error.params.reason;
    throw error;
  }
  return 'accepted';
};

const serial = (value: number): Uint8Array => der.integer(value);
const one = entry(serial(1));
const numbered = [numberExtension];
const utc = (text: string): Uint8Array => der.element(0x17, new TextEncoder().encode(text));
const generalized = (text: string): Uint8Array => der.element(0x18, new TextEncoder().encode(text));
const uri = der.explicit(0, der.element(0xa0, der.ia5String('http://x.example/1.crl', 0x86)));
const invalidity = (time: Uint8Array, critical: boolean = false): Uint8Array =>
  extension(EXTENSION.invalidityDate, time, critical);
const freshest = (...points: readonly Uint8Array[]): Uint8Array =>
  extension(EXTENSION.freshestCrl, der.sequence(...points));

describe('what RFC 5280 section 5 allows', () => {
  it.each<[string, ForgedCrl]>([
    ['version 1 without extensions', { version: null, entries: [one] }],
    ['version 2 without entries', { extensions: numbered }],
    ['no nextUpdate', { nextUpdate: null }],
    ['thisUpdate in 2050', { thisUpdate: generalized('20500101000000Z'), nextUpdate: null }],
    ['negative and zero serials', { entries: [entry(serial(-5)), entry(serial(0))] }],
    ['a serial of 20 octets', { entries: [entry(der.element(2, new Uint8Array(20).fill(0x7f)))] }],
    ['every reason', { entries: [0, 1, 2, 3, 4, 5, 6, 9, 10].map((code) => entry(serial(code + 1), [reason(code)])) }],
    [
      'removeFromCRL in a delta',
      { entries: [entry(serial(1), [reason(8)])], extensions: [numberExtension, deltaIndicator(4)] },
    ],
    ['a delta without entries, of its own base', { extensions: [numberExtension, deltaIndicator(5)] }],
    ['an indirect CRL', { entries: [entry(serial(1), [issuedBy('Other')])], extensions: [issuingPoint(flag(4))] }],
    ['a partition', { extensions: [issuingPoint(uri, flag(1))] }],
    ['some reasons', { extensions: [issuingPoint(der.namedBits([1, 2], 0x83))] }],
    ['a place for deltas', { extensions: [numberExtension, freshest(der.sequence(uri))] }],
    ['an unknown extension that is not critical', { extensions: [extension('1.2.3.4', der.nullValue())] }],
    [
      'a CRL number of 20 octets',
      { extensions: [extension(EXTENSION.crlNumber, der.element(2, new Uint8Array(20).fill(0x7f)))] },
    ],
  ])('%s', (_, parts) => {
    expect(refusal(parts)).toBe('accepted');
  });
});

describe('what it forbids is refused by name', () => {
  it.each<[string, ForgedCrl]>([
    ['version', { version: der.integer(0) }],
    ['version', { version: der.integer(2) }],
    ['version', { version: null, extensions: numbered }],
    ['version', { version: null, entries: [entry(serial(1), [reason(1)])] }],
    ['algorithms_differ', { outerAlgorithm: der.sequence(der.oid('1.3.101.112')) }],
    ['issuer_empty', { issuer: der.sequence() }],
    ['revoked_list_empty', { entries: [] }],
    ['time_form', { thisUpdate: generalized('20261121000000Z') }],
    ['time_form', { nextUpdate: generalized('20491231235959Z') }],
    ['time_form', { thisUpdate: generalized('20500101000000.5Z') }],
    ['time_form', { entries: [entry(serial(1), [], generalized('20261121000000Z'))] }],
    ['asn1.value_invalid', { thisUpdate: utc('261121000060Z') }],
    ['asn1.value_invalid', { entries: [entry(serial(1), [], utc('260230000000Z'))] }],
    ['entry', { entries: [der.setOf(serial(1))] }],
    ['entry', { entries: [der.sequence(serial(1), der.nullValue())] }],
    ['entry', { entries: [der.sequence(serial(1), utc('261121000000Z'), der.setOf())] }],
    ['entry', { entries: [der.sequence(serial(1), utc('261121000000Z'), der.sequence(reason(1)), der.nullValue())] }],
    ['asn1.truncated', { entries: [der.sequence(serial(1))] }],
    ['entry_serial', { entries: [entry(der.element(2))] }],
    ['entry_serial', { entries: [entry(der.element(2, Uint8Array.of(0, 1)))] }],
    ['entry_serial', { entries: [entry(der.element(2, Uint8Array.of(0xff, 0x80)))] }],
    ['entry_serial', { entries: [entry(der.element(2, new Uint8Array(21).fill(1)))] }],
    ['entry_serial', { entries: [entry(der.octetString(Uint8Array.of(1)))] }],
    ['reason_code', { entries: [entry(serial(1), [reason(7)])] }],
    ['reason_code', { entries: [entry(serial(1), [reason(11)])] }],
    ['reason_code', { entries: [entry(serial(1), [reason(1, true)])] }],
    ['remove_from_crl', { entries: [entry(serial(1), [reason(8)])] }],
    ['remove_from_crl', { entries: [entry(serial(1), [reason(8), invalidity(generalized('20261120000000Z'))])] }],
    ['extension_twice', { entries: [entry(serial(1), [reason(1), reason(1)])] }],
    [
      'entry_extensions',
      {
        entries: [
          entry(
            serial(1),
            Array.from({ length: 17 }, (_, index) => extension(`1.2.${index}`, der.nullValue())),
          ),
        ],
      },
    ],
    ['invalidity_date', { entries: [entry(serial(1), [invalidity(utc('261120000000Z'))])] }],
    ['invalidity_date', { entries: [entry(serial(1), [invalidity(generalized('20261120000000.5Z'))])] }],
    ['invalidity_date', { entries: [entry(serial(1), [invalidity(generalized('20261120000000Z'), true)])] }],
    ['certificate_issuer', { entries: [entry(serial(1), [issuedBy('Other')])] }],
    [
      'certificate_issuer',
      { entries: [entry(serial(1), [issuedBy('Other', false)])], extensions: [issuingPoint(flag(4))] },
    ],
    [
      'certificate_issuer',
      {
        entries: [
          entry(serial(1), [extension(EXTENSION.certificateIssuer, der.sequence(der.ia5String('a', 0x82)), true)]),
        ],
        extensions: [issuingPoint(flag(4))],
      },
    ],
    ['crl_number', { extensions: [extension(EXTENSION.crlNumber, der.integer(-1))] }],
    ['crl_number', { extensions: [extension(EXTENSION.crlNumber, der.integer(1), true)] }],
    ['crl_number', { extensions: [extension(EXTENSION.crlNumber, der.element(2, new Uint8Array(21).fill(1)))] }],
    ['delta_indicator', { extensions: [numberExtension, deltaIndicator(4, false)] }],
    ['delta_indicator', { extensions: [deltaIndicator(4)] }],
    ['delta_indicator', { extensions: [numberExtension, deltaIndicator(6)] }],
    ['freshest_crl', { extensions: [numberExtension, deltaIndicator(4), freshest(der.sequence(uri))] }],
    ['freshest_crl', { extensions: [extension(EXTENSION.freshestCrl, der.sequence(der.sequence(uri)), true)] }],
    ['freshest_crl', { extensions: [freshest(der.sequence(der.namedBits([1], 0x81)))] }],
    ['issuing_distribution_point', { extensions: [issuingPoint()] }],
    ['issuing_distribution_point', { extensions: [issuingPoint(flag(1), flag(2))] }],
    ['issuing_distribution_point', { extensions: [issuingPoint(flag(2), flag(5))] }],
    ['issuing_distribution_point', { extensions: [issuingPoint(flag(1), flag(4, 0))] }],
    [
      'issuing_distribution_point',
      { extensions: [extension(EXTENSION.issuingDistributionPoint, der.sequence(flag(1)))] },
    ],
    ['asn1.value_invalid', { extensions: [issuingPoint(flag(1, 1))] }],
    ['asn1.trailing_bytes', { extensions: [issuingPoint(flag(2), flag(1))] }],
    ['expired_certs_on_crl', { extensions: [extension(EXTENSION.expiredCertsOnCrl, utc('261120000000Z'))] }],
    ['extension_twice', { extensions: [numberExtension, numberExtension] }],
  ])('%s %#', (name, parts) => {
    expect(refusal(parts)).toBe(name);
  });

  it('and bytes above the limit or after the end', () => {
    const crl = forgeCrl({});
    expect(() => parseCrl(crl, { maxBytes: crl.length - 1 })).toThrow(
      expect.objectContaining({ params: { reason: 'asn1.too_large' } }),
    );
    expect(() => parseCrl(Uint8Array.of(...crl, 0))).toThrow(
      expect.objectContaining({ params: { reason: 'asn1.trailing_bytes' } }),
    );
  });
});

describe('critical extensions that are not known', () => {
  it('are listed, of the CRL and of any entry: such a CRL must not be used', () => {
    const strange = extension('1.2.3.4', der.nullValue(), true);
    const crl = parseCrl(
      forgeCrl({
        entries: [one, entry(serial(2), [reason(1), extension('1.2.3.5', der.nullValue(), true)]), one],
        extensions: [numberExtension, strange],
      }),
    );
    expect(crl.unknownCritical).toEqual(['1.2.3.4', '1.2.3.5']);
    expect(crl.find('02')).toMatchObject([{ reason: 'keyCompromise', unknownCritical: ['1.2.3.5'] }]);
  });
});

describe('entries', () => {
  const indirect = parseCrl(
    forgeCrl({
      entries: [
        entry(serial(1)),
        entry(serial(2), [reason(1), issuedBy('A')]),
        entry(serial(3), [reason(4)]),
        entry(serial(1), [issuedBy('B'), invalidity(generalized('20261101000000Z'))]),
        ...Array.from({ length: 40 }, (_, index) => entry(serial(100 + index))),
        entry(serial(1), [reason(5)]),
      ],
      extensions: [issuingPoint(flag(4))],
    }),
  );
  const issuers = (serialHex: string): unknown[] =>
    indirect.find(serialHex).map(({ certificateIssuer }) => certificateIssuer?.text);

  it('of an indirect CRL belong to whom the last one before them named, walked or indexed', () => {
    for (let question = 0; question < 3; question += 1) {
      expect(issuers('01')).toEqual([undefined, 'CN=B', 'CN=B']);
      expect(issuers('03')).toEqual(['CN=A']);
    }
    expect(issuers('8b'.padStart(4, '0'))).toEqual(['CN=B']);
    expect(indirect.find('7f')).toEqual(issuers('7f').length > 0 ? expect.anything() : []);
    const all = [...indirect.entries()].map(({ certificateIssuer }) => certificateIssuer?.text);
    expect(all.slice(0, 5)).toEqual([undefined, 'CN=A', 'CN=A', 'CN=B', 'CN=B']);
    expect(all).toHaveLength(indirect.size);
    expect([...indirect.entries()][3]?.invalidityDate).toEqual(new Date('2026-11-01T00:00:00Z'));
  });

  it('are found by their octets: 00 and no other spelling', () => {
    const crl = parseCrl(forgeCrl({ entries: [entry(serial(0)), entry(serial(128)), entry(serial(-128))] }));
    const index = crl.index();
    expect([index.has('00'), index.has('0080'), index.has('80'), index.has('8000'), index.has('')]).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(index.find(Uint8Array.of(0x80))).toHaveLength(1);
    expect(index.find('0000')).toEqual([]);
  });

  it('with a serial listed too often are not searched for ever', () => {
    const crl = parseCrl(forgeCrl({ entries: Array.from({ length: 1100 }, () => entry(serial(7))) }));
    for (let question = 0; question < 3; question += 1) {
      expect(() => crl.find('07')).toThrow(expect.objectContaining({ params: { reason: 'serial_repeated' } }));
    }
    expect(crl.index().has('07')).toBe(true);
    expect(
      parseCrl(forgeCrl({ entries: Array.from({ length: 1024 }, () => entry(serial(7))) })).find('07'),
    ).toHaveLength(1024);
  });
});
