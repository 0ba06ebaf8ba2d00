// Judges a detached CMS over 400 MB in a process of its own, as a service does that hashes an upload while it arrives, and prints its largest memory.
import { createHash } from 'node:crypto';
import { createSignedData } from '@tra/cms';
import { validateDocument } from '@tra/signature';
import { testSigning } from '@tra/signature/testing';

const megabytes = 400;
const piece = new Uint8Array(1_000_000).fill(0x41);
const hash = createHash('sha256');
for (let index = 0; index < megabytes; index += 1) hash.update(piece);
const digest = new Uint8Array(hash.digest());

const signing = await testSigning('Large');
const { certificate, signer } = signing.document;
const certificates = [certificate, signing.hierarchy.issuing.certificate];
// Signed over the same pieces: the content is never in one place.
const content = Array.from({ length: megabytes }, () => piece);
const bytes = (await createSignedData({ content, detached: true, signer, certificate, certificates })).toDer();
const before = process.cpuUsage();
const hashed = [{ name: 'large.bin', digests: { sha256: digest } }];
const input = { bytes, hashed, anchors: signing.anchors, crls: await signing.crls(), at: signing.clock.now() };
const { verdict } = await validateDocument(input);
const other = await validateDocument({
  ...input,
  hashed: [{ name: 'large.bin', digests: { sha256: new Uint8Array(32) } }],
});
const { user, system } = process.cpuUsage(before);
if (verdict !== 'passed' || other.verdict !== 'failed') throw new Error('the large file is judged wrongly');
const residentMegabytes = Math.round(process.resourceUsage().maxRSS / 1000);
process.stdout.write(
  `${JSON.stringify({ megabytes, residentMegabytes, milliseconds: Math.round((user + system) / 2000) })}\n`,
);
