import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { reportContent, reportPages } from '../../src/index.ts';
import { certificateOf, first, goodData } from '../process/data.ts';
import { simpleReport, sourceOf, testLanguage } from './words.ts';

const hostile = `<img src=x onerror="alert(1)">'&</style><script>\u202e\u0000\ud800</script>`;
const { policy, render } = reportPages();
const page = (source = sourceOf()): string => render(reportContent(source, testLanguage));
const tags = (html: string): string[] => [
  ...new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map((match) => match[1] ?? '')),
];

describe('a report as a page', () => {
  it('tells verdict, four answers, chain up to the anchor, time-stamps, files and basis', () => {
    const html = page();
    const order = [
      'summary.passed',
      'unchanged.intact',
      'signer.trusted Somchai',
      'time.proven',
      'certificate_good',
      'advice.passed',
    ];
    const places = order.map((text) => html.indexOf(text));
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((left, right) => left - right)).toEqual(places);
    for (const text of [
      'role.signer',
      'role.intermediate',
      'role.anchor',
      'timestamp.signature',
      'a.xml',
      'cd'.repeat(32),
    ])
      expect(html).toContain(text);
  });

  it('writes times in the calendar of the reader with UTC beside them', () => {
    expect(page()).toContain('&lt;2026-06-01T10:00:00Z&gt; (2026-06-01 10:00:00 UTC)');
  });

  it('has a tree of every check, what did not pass lying open', () => {
    const data = goodData();
    first(data.signatures).signature.intact = false;
    const html = page(sourceOf(data));
    expect(html).toContain('process.verification.signature.failed');
    expect(html.match(/<details open>/g)?.length).toBeGreaterThan(2);
    expect(html.match(/<details>/g)?.length).toBeGreaterThan(5);
    expect(html.match(/<details/g)?.length).toBe(html.match(/<\/details>/g)?.length);
  });

  it('names the authority whose certificate is missing', () => {
    const data = goodData();
    certificateOf(data, 'signer').chain = ['signer', 'ca'];
    const report = simpleReport('signer');
    const untrusted = {
      code: 'signature.path_untrusted',
      status: 'indeterminate',
      params: { issuer: 'CN=other' },
    } as const;
    const signatures = [{ ...first(report.signatures), checks: [untrusted] }];
    expect(page(sourceOf(data, { signatures }))).toContain('path_missing_issuer CN=root');
    expect(page({ report: { ...report, signatures } })).toContain('path_missing_issuer CN=other');
  });

  it('escapes every text out of a document', () => {
    const data = goodData();
    certificateOf(data, 'signer').subject = hostile;
    certificateOf(data, 'ca').issuer = hostile;
    const { signatures, ...report } = simpleReport('signer');
    const signature = {
      ...{ ...first(signatures), fieldName: hostile, reason: hostile, location: hostile, timestampAuthority: hostile },
      ...{ id: hostile, signer: { text: hostile, issuer: hostile, certificateSha256: 'signer' } },
      checks: [{ code: 'signature.path_untrusted', status: 'indeterminate', params: { issuer: hostile } }] as const,
    };
    const more = {
      ...{ ...report, document: { ...report.document, name: hostile }, signatures: [signature] },
      attachments: [{ name: hostile, mediaType: hostile, size: 1, sha256: hostile, relationship: hostile }],
      summary: { code: hostile, params: { name: hostile } },
      policy: hostile,
      validatedAt: hostile,
    };
    const html = page(sourceOf(data, more));
    expect(tags(html)).toEqual(tags(page()));
    for (const hidden of ['\u0000', '\u202e', '\ud800']) expect(html).not.toContain(hidden);
    expect(html.split('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;').length).toBeGreaterThan(12);
  });

  it('allows itself its own style alone', () => {
    const html = page();
    const style = /<style>([\s\S]*)<\/style>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy).toContain(`style-src 'sha256-${hash}'`);
    expect(policy).not.toContain('font-src');
    expect(html).toContain(policy.replaceAll("'", '&#39;'));
    expect(html).not.toMatch(/<(script|link|iframe|img|object|form|base)\b|\sstyle=|\son[a-z]+=|https?:\/\/(?!ca\.)/);
  });

  it('carries the fonts that it is given, and allows itself these alone', () => {
    const pages = reportPages([{ weight: 700, woff: Uint8Array.of(1, 2, 3) }]);
    const html = pages.render(reportContent(sourceOf(), testLanguage));
    const style = /<style>([\s\S]*)<\/style>/.exec(html)?.[1] ?? '';
    expect(style).toContain('font-weight:700;src:url(data:font/woff;base64,AQID)');
    const hash = createHash('sha256').update(style).digest('base64');
    expect(pages.policy).toContain(`style-src 'sha256-${hash}'; font-src data:;`);
    expect(html).not.toMatch(/url\((?!data:)/);
  });

  it('needs no data behind the report', () => {
    const html = page({ report: simpleReport('signer') });
    expect(html).not.toContain('heading.details');
    expect(html).not.toContain('heading.chain');
  });
});
