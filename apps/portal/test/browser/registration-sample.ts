import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { der } from '@tra/asn1';
import type { Person } from './person.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, read by tests only
type Answer = any;

const attributes = { commonName: '2.5.4.3', organization: '2.5.4.10', country: '2.5.4.6' } as const;

/** A certification request (PKCS#10) for a new P-256 key, PEM. */
export function makeRequest(subject: Partial<Record<keyof typeof attributes, string>>): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rdns = Object.entries(subject).map(([name, value]) => {
    const text = name === 'country' ? der.printableString(value) : der.utf8String(value);
    return der.set(der.sequence(der.oid(attributes[name as keyof typeof attributes]), text));
  });
  const key = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const info = der.sequence(der.integer(0), der.sequence(...rdns), key, new Uint8Array([0xa0, 0]));
  const signature = createSign('sha256').update(info).sign(privateKey);
  const bytes = der.sequence(info, der.sequence(der.oid('1.2.840.10045.4.3.2')), der.bitString(signature));
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
}

/** The first officer's approval. */
export const firstApproval = {
  action: 'approve',
  proofing: { method: 'in-person', statement: 'แสดงบัตรประจำตัวเลขท้าย 4521 ตรงกับหนังสือมอบอำนาจ' },
};

export function applyFor(person: Person, commonName: string): Promise<Answer> {
  return person.send('POST', '/pki/requests', {
    kind: 'certificate',
    profile: 'document-signer',
    csr: makeRequest({ country: 'TH', organization: 'กรมตัวอย่าง', commonName }),
    evidence: 'หนังสือมอบอำนาจเลขที่ ดศ 0201/123 ลงวันที่ 1 พ.ย. 2569',
  });
}

export function decide(officer: Person, request: Answer, decision: object): Promise<Answer> {
  return officer.send('POST', `/pki/requests/${request.id}/actions`, decision, request.version);
}

async function issue(people: Registration, commonName: string): Promise<Answer> {
  const checked = await decide(people.kanya, await applyFor(people.somchai, commonName), firstApproval);
  return decide(people.thana, checked, { action: 'approve' });
}

type Registration = Readonly<Record<'somchai' | 'kanya' | 'thana', Person>>;

/** Requests and certificates in the states that a page can show. */
export async function buildRegistration(people: Registration): Promise<Readonly<Record<string, Answer>>> {
  const { somchai, kanya } = people;
  const issued = await issue(people, 'ระบบหนังสือรับรอง');
  const revoked = await issue(people, 'ระบบเดิม');
  const suspended = await issue(people, 'ระบบทดสอบ');
  const path = ({ authority, result }: Answer): string => `/pki/certificates/${authority}/${result}`;
  await somchai.send('POST', `${path(revoked)}/actions`, { action: 'revoke', reason: 'superseded', note: 'เปลี่ยนระบบ' });
  await kanya.send('POST', `${path(suspended)}/actions`, { action: 'suspend' });
  return {
    issued,
    revoked,
    suspended,
    certificate: await somchai.get(path(issued)),
    submitted: await applyFor(somchai, 'ระบบใบอนุญาต กรมตัวอย่าง'),
    first: await decide(kanya, await applyFor(somchai, 'ระบบสารบรรณ'), firstApproval),
    correction: await decide(kanya, await applyFor(somchai, 'ชื่อที่ต้องแก้'), {
      action: 'ask-correction',
      note: 'ชื่อหน่วยงานไม่ตรงกับหนังสือมอบอำนาจ',
    }),
    credential: await kanya.send('POST', '/enrolment/credentials', {
      kind: 'acme',
      label: 'กรมตัวอย่าง',
      profile: 'tls-server',
      names: ['example.go.th'],
      expiresAt: new Date(Date.now() + 300 * 86_400_000).toISOString(),
    }),
  };
}

/** SHA-256 of the DER in a PEM, as the public log knows it. */
export function sha256OfPem(pem: string): string {
  const body = pem.replace(/-----[^-]+-----|\s/g, '');
  return createHash('sha256').update(Buffer.from(body, 'base64')).digest('hex');
}
