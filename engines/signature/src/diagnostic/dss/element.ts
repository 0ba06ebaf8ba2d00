import { attributeOf, childElements, type ParsedElement, textOf } from '@tra/xml';
import { digestName, encryptionName } from '../../policy/algorithm-names.ts';
import type { DigestData, Instant, SignatureFacts } from '../token.ts';

/** A view on an element of a file that others wrote: what is absent is undefined, never an exception. */
export interface View {
  /** First child of the name. */
  child(name: string): View;
  /** All children of the name. */
  all(name: string): View[];
  /** Children of `list`, or nothing: `<list><entry/>…</list>`. */
  entries(list: string, entry: string): View[];
  attribute(name: string): string | undefined;
  readonly present: boolean;
  readonly name: string;
  /** Text, trimmed; undefined when empty or absent. */
  readonly text: string | undefined;
  readonly children: View[];
}

const absent: View = {
  child: () => absent,
  all: () => [],
  entries: () => [],
  attribute: () => undefined,
  present: false,
  name: '',
  text: undefined,
  children: [],
};

/** The view on `element`. */
export function viewOf(element: ParsedElement | undefined): View {
  if (!element) return absent;
  const all = (name: string): View[] =>
    childElements(element)
      .filter(({ localName }) => localName === name)
      .map(viewOf);
  return {
    child: (name) => all(name)[0] ?? absent,
    all,
    entries: (list, entry) => all(list).flatMap((found) => found.all(entry)),
    attribute: (name) => attributeOf(element, name),
    present: true,
    name: element.localName,
    get text() {
      const text = textOf(element).trim();
      return text === '' ? undefined : text;
    },
    get children() {
      return childElements(element).map(viewOf);
    },
  };
}

/** An instant, or undefined when there is none that can be read. */
export function instant(text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(/(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace('.000Z', 'Z');
}

/** `true` or `false`, or undefined. */
export function truth(text: string | undefined): boolean | undefined {
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}

/** A whole number, or undefined. */
export function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The object without members that are undefined. */
export function present<T extends object>(value: { [Name in keyof T]: T[Name] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}

/** DigestMethod and DigestValue; undefined when no method is stated. */
export function digestOf(view: View): DigestData | undefined {
  const algorithm = view.child('DigestMethod').text;
  if (algorithm === undefined) return undefined;
  const value = view.child('DigestValue').text;
  return {
    algorithm: digestName(algorithm),
    ...(value === undefined ? {} : { value: Buffer.from(value, 'base64').toString('hex') }),
  };
}

/** BasicSignature. */
export function signatureFacts(view: View): SignatureFacts {
  const basic = view.child('BasicSignature');
  const digest = basic.child('DigestAlgoUsedToSignThisToken').text;
  const encryption = basic.child('EncryptionAlgoUsedToSignThisToken').text;
  // Files of before 2020 state the mask generation of RSASSA-PSS apart.
  const masked = encryption === 'RSA' && basic.child('MaskGenerationFunctionUsedToSignThisToken').present;
  return present<SignatureFacts>({
    digestAlgorithm: digest && digestName(digest),
    encryptionAlgorithm: masked ? 'RSASSA-PSS' : encryption && encryptionName(encryption),
    keyLength: whole(basic.child('KeyLengthUsedToSignThisToken').text),
    intact: truth(basic.child('SignatureIntact').text) ?? false,
    valid: truth(basic.child('SignatureValid').text) ?? false,
  });
}

/** CertificateChain/ChainItem. */
export const chainIds = (view: View): string[] =>
  view.entries('CertificateChain', 'ChainItem').flatMap((item) => item.attribute('Certificate') ?? []);

/** SigningCertificate. */
export function signingCertificate(view: View): { certificate?: string; publicKey?: string } | undefined {
  const found = view.child('SigningCertificate');
  if (!found.present) return undefined;
  const certificate = found.attribute('Certificate');
  const publicKey = found.child('PublicKey').text;
  return { ...(certificate === undefined ? {} : { certificate }), ...(publicKey === undefined ? {} : { publicKey }) };
}

/** Distinguished names in the two forms that DSS writes. */
export function distinguishedName(view: View, name: string): { text: string; canonical?: string } {
  const forms = view.all(name);
  const of = (format: string): string | undefined => forms.find((form) => form.attribute('Format') === format)?.text;
  const canonical = of('CANONICAL');
  return { text: of('RFC2253') ?? forms[0]?.text ?? '', ...(canonical === undefined ? {} : { canonical }) };
}
