/** Identifier octets of the universal types used in PKI formats; `sequence` and `set` carry the constructed bit. */
export const TAG: {
  readonly boolean: 0x01;
  readonly integer: 0x02;
  readonly bitString: 0x03;
  readonly octetString: 0x04;
  readonly null: 0x05;
  readonly oid: 0x06;
  readonly enumerated: 0x0a;
  readonly utf8String: 0x0c;
  readonly numericString: 0x12;
  readonly printableString: 0x13;
  readonly teletexString: 0x14;
  readonly ia5String: 0x16;
  readonly utcTime: 0x17;
  readonly generalizedTime: 0x18;
  readonly visibleString: 0x1a;
  readonly universalString: 0x1c;
  readonly bmpString: 0x1e;
  readonly sequence: 0x30;
  readonly set: 0x31;
} = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
};

/** Identifier octet of a primitive context-specific tag `[number]`, as IMPLICIT primitive types have. */
export function contextTag(number: number): number {
  return 0x80 | number;
}

/** Identifier octet of a constructed context-specific tag `[number]`, as EXPLICIT tags and IMPLICIT sequences have. */
export function contextConstructedTag(number: number): number {
  return 0xa0 | number;
}
