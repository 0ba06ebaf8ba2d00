import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from './client.ts';
import { createWorld, goodData, png, runIssuing, SERVICE, type World } from './world.ts';

let world: World;
let client: Client;
beforeAll(async () => {
  world = await createWorld();
  runIssuing(world);
  client = await createClient(world);
});
afterAll(async () => {
  await client.server.close();
  await world.close();
});

const get = (path: string, as?: Parameters<Client['request']>[2]) => client.request('GET', path, as);
const start = async (data?: unknown) => {
  world.clock.advance(1);
  return (
    await client.request('POST', '/applications', {
      as: 'somchai',
      body: { service: SERVICE, ...(data ? { data } : {}) },
    })
  ).body;
};

async function complete() {
  const { id } = await start(goodData());
  for (const field of ['idCardCopy', 'shopPicture']) {
    await client.upload(id, [
      { name: 'field', value: field },
      { name: 'file', value: png, filename: 'a.png' },
    ]);
  }
  return (await get(`/applications/${id}`, { as: 'somchai' })).body;
}

const usual = {
  submit: 'somchai',
  pay: 'somchai',
  withdraw: 'somchai',
  recommend: 'anong',
  return: 'anong',
  approve: 'wichai',
} as const;

async function act(application: { id: string }, action: keyof typeof usual, more: object = {}) {
  const as = usual[action];
  const { version } = (await get(`/applications/${application.id}`, { as })).body;
  return client.request('POST', `/applications/${application.id}/actions`, { as, version, body: { action, ...more } });
}

async function issued() {
  const application = await complete();
  for (const action of ['submit', 'pay', 'recommend', 'approve'] as const) {
    expect((await act(application, action)).status).toBe(200);
  }
  await world.jobs.idle();
  return (await get(`/applications/${application.id}`, { as: 'somchai' })).body;
}

describe('what anybody may read', () => {
  it('lists services and shows one', async () => {
    const list = await get('/services');
    expect(list.body.items).toEqual([
      expect.objectContaining({
        id: SERVICE,
        version: '1.0.0',
        fee: { amount: 5000, currency: 'THB' },
        decisionDays: 5,
      }),
    ]);
    const { body } = await get(`/services/${SERVICE}`);
    expect(body.form.steps.map((step: { id: string }) => step.id)).toEqual([
      'applicant',
      'business',
      'premises',
      'documents',
      'declaration',
    ]);
    expect(body.form.steps[0].fields[1]).toMatchObject({
      id: 'nationalId',
      showIf: { '==': [{ var: 'applicantKind' }, 'natural'] },
    });
    expect(body.states.screening).toEqual({ label: { th: 'กำลังตรวจสอบคำขอ', en: 'Being checked' }, tone: 'progress' });
    expect(body.actions.return).toMatchObject({ needsReason: true });
    expect(body.machine).toBeUndefined();
  });

  it('answers an unknown service in the language of the reader', async () => {
    const th = await get('/services/nope');
    const en = await get('/services/nope', { headers: { 'accept-language': 'en' } });
    expect(th).toMatchObject({ status: 404, body: { code: 'licensing.service_unknown' } });
    expect(th.body.detail).toContain('ไม่พบบริการ');
    expect(en.body.detail).toContain('no such service');
  });

  it('knows provinces, districts and sub-districts', async () => {
    const provinces = await get('/provinces');
    expect(provinces.body.items).toHaveLength(77);
    expect(provinces.body.items[0]).toEqual({ code: '10', name: { th: 'กรุงเทพมหานคร', en: 'Bangkok' } });
    expect(provinces.headers['cache-control']).toContain('public');
    expect((await get('/provinces/50/districts')).body.items).toHaveLength(25);
    const [first] = (await get('/districts/5001/sub-districts')).body.items;
    expect(first).toEqual({
      code: '500101',
      name: { th: 'ศรีภูมิ', en: 'Si Phum' },
      postalCode: '50200',
      postalCodes: ['50200'],
    });
    for (const path of [
      '/provinces/99/districts',
      '/provinces/1001/districts',
      '/districts/10/sub-districts',
      '/districts/x/sub-districts',
    ]) {
      expect((await get(path)).body.code).toBe('licensing.place_unknown');
    }
  });

  it.each(['0'.repeat(32), 'short', 'x'.repeat(32), '../etc', '%00', 'A'.repeat(32)])(
    'does not find a licence %s',
    async (id) => {
      const answer = await get(`/public-licences/${id}`);
      expect([404, 400]).toContain(answer.status);
      if (answer.status === 404) expect(['licensing.licence_unknown', 'http.not_found']).toContain(answer.body.code);
    },
  );
});

describe('the whole way over HTTP', () => {
  it('applies, decides, issues and shows the licence', async () => {
    const application = await issued();
    expect(application).toMatchObject({ state: 'active', tone: 'done', overdue: false, editable: false });
    expect(application.timeline.map((entry: { action: string }) => entry.action)).toEqual([
      'opened',
      'submit',
      'pay',
      'recommend',
      'approve',
      'issued',
    ]);
    expect(application.timeline[3].actor).toEqual({
      displayName: { th: 'อนงค์ ตรวจดี', en: 'Anong Truatdee' },
      role: 'officer',
    });
    expect(application.timeline[5].actor.displayName.th).toBe('ระบบ');
    expect(application.fees[0]).toMatchObject({ status: 'paid', amount: { value: 5000, currency: 'THB' } });
    expect(application.data.phone).toBe('0812345678');
    const { licence } = application;
    const pdf = await get(`/licences/${licence.id}/document`, { as: 'somchai' });
    expect(pdf.headers['content-type']).toBe('application/pdf');
    expect(pdf.headers['content-disposition']).toBe(
      `inline; filename="${licence.number}.pdf"; filename*=UTF-8''${licence.number}.pdf`,
    );
    expect(pdf.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    const xml = await get(`/licences/${licence.id}/data`, { as: 'somchai' });
    expect(xml.headers['content-type']).toContain('application/xml');
    expect(xml.bytes.toString()).toContain(licence.number);
  });

  it('shows the public only what the definition makes public', async () => {
    const { licence } = await issued();
    const { body, headers } = await get(`/public-licences/${licence.publicId}`);
    expect(headers['cache-control']).toBe('no-store');
    expect(Object.keys(body).sort()).toEqual([
      'agency',
      'checkedAt',
      'documentSha256',
      'holder',
      'issuedAt',
      'number',
      'publicId',
      'service',
      'status',
      'statusSince',
      'validFrom',
      'validTo',
    ]);
    expect(JSON.stringify(body)).not.toContain('0812345678');
    expect(JSON.stringify(body)).not.toContain(String(goodData().nationalId));
  });

  it('shows a revocation at once, with its reason, and a suspension and its end', async () => {
    const { licence } = await issued();
    const action = (name: string, as: 'wichai' | 'somchai' | 'anong' = 'wichai', reason = 'ให้ข้อมูลเท็จ') =>
      client.request('POST', `/licences/${licence.id}/actions`, { as, body: { action: name, reason } });
    const status = async () => (await get(`/public-licences/${licence.publicId}`)).body;
    expect((await action('revoke', 'somchai')).body.code).toBe('http.role_required');
    expect((await action('revoke', 'anong')).body.code).toBe('http.role_required');
    expect((await action('revoke', 'wichai', ' ')).body.code).toBe('cases.reason_required');
    expect((await action('reinstate')).body.code).toBe('cases.action_not_allowed');
    expect((await action('burn')).status).toBe(400);
    world.clock.advance(1000);
    expect((await action('suspend')).body).toMatchObject({ status: 'suspended', statusReason: 'ให้ข้อมูลเท็จ' });
    expect(await status()).toMatchObject({ status: 'suspended', statusSince: world.clock.now().toISOString() });
    const held = (await get(`/licences/${licence.id}`, { as: 'wichai' })).body;
    expect(held.allowedActions.map((item: { action: string }) => item.action)).toEqual(['reinstate', 'revoke']);
    expect((await action('reinstate')).body.status).toBe('active');
    expect((await status()).statusReason).toBeUndefined();
    expect((await action('revoke')).body.allowedActions).toEqual([]);
    expect(await status()).toMatchObject({ status: 'revoked', statusReason: 'ให้ข้อมูลเท็จ' });
    expect((await action('revoke')).body.code).toBe('cases.action_not_allowed');
  });

  it('does not take a document action through the application', async () => {
    const application = await issued();
    const { version } = (await get(`/applications/${application.id}`, { as: 'wichai' })).body;
    const answer = await client.request('POST', `/applications/${application.id}/actions`, {
      as: 'wichai',
      version,
      body: { action: 'revoke', reason: 'x' },
    });
    expect(answer.body.code).toBe('cases.action_not_allowed');
  });
});

describe('who may see what', () => {
  it('hides the applications of others as if there were none', async () => {
    const application = await complete();
    for (const as of ['malee', 'ek', 'stranger', 'homeless', 'anong', 'nida'] as const) {
      const answer = await get(`/applications/${application.id}`, { as });
      expect([as, answer.status, answer.body.code]).toEqual([as, 404, 'licensing.application_unknown']);
    }
    await act(application, 'submit');
    for (const as of ['malee', 'ek', 'stranger', 'homeless'] as const) {
      expect((await get(`/applications/${application.id}`, { as })).status).toBe(404);
      const file = `/applications/${application.id}/attachments/${application.attachments[0].id}`;
      expect((await get(file, { as })).status).toBe(404);
      const put = await client.request('PUT', `/applications/${application.id}/data`, {
        as,
        version: 1,
        body: { data: {} },
      });
      expect(put.status).toBe(404);
      const action = { as, version: 1, body: { action: 'withdraw' } };
      expect((await client.request('POST', `/applications/${application.id}/actions`, action)).status).toBe(404);
    }
    for (const as of ['anong', 'wichai', 'nida'] as const) {
      expect((await get(`/applications/${application.id}`, { as })).status).toBe(200);
    }
  });

  it('hides licences and their documents in the same way', async () => {
    const { licence } = await issued();
    for (const path of ['', '/document', '/data']) {
      for (const as of ['malee', 'ek', 'stranger', 'homeless'] as const) {
        expect((await get(`/licences/${licence.id}${path}`, { as })).body.code).toBe('licensing.licence_unknown');
      }
      expect((await get(`/licences/${licence.id}${path}`, { as: 'nida' })).status).toBe(200);
      expect((await get(`/licences/${licence.id}${path}`)).body.code).toBe('http.sign_in_required');
    }
    const mine = (await get('/licences', { as: 'malee' })).body.items;
    expect(mine).toEqual([]);
    const all = (await get(`/licences?q=${licence.number.toLowerCase()}`, { as: 'anong' })).body.items;
    expect(all.map((item: { id: string }) => item.id)).toEqual([licence.id]);
  });

  it.each<[string, 'GET' | 'POST' | 'PUT' | 'DELETE']>([
    ['/applications', 'GET'],
    ['/applications', 'POST'],
    ['/applications/01996b1c-3f2a-7c4e-9d2b-5a6f7e8d9c0b', 'GET'],
    ['/applications/01996b1c-3f2a-7c4e-9d2b-5a6f7e8d9c0b/data', 'PUT'],
    ['/applications/01996b1c-3f2a-7c4e-9d2b-5a6f7e8d9c0b/actions', 'POST'],
    ['/applications/01996b1c-3f2a-7c4e-9d2b-5a6f7e8d9c0b/attachments', 'POST'],
    ['/licences', 'GET'],
    ['/licences/01996b1c-3f2a-7c4e-9d2b-5a6f7e8d9c0b/actions', 'POST'],
  ])('%s (%s) needs a session that still lives', async (path, method) => {
    const options = method === 'GET' ? {} : { body: {} };
    expect((await client.request(method, path, options)).body.code).toBe('http.sign_in_required');
    const expired = await client.request(method, path, { ...options, as: 'expired' });
    expect(expired).toMatchObject({ status: 401, body: { code: 'http.session_expired' } });
  });

  it('lets only citizens apply', async () => {
    for (const as of ['anong', 'wichai', 'nida', 'ek'] as const) {
      const answer = await client.request('POST', '/applications', { as, body: { service: SERVICE } });
      expect(answer).toMatchObject({ status: 403, body: { code: 'http.role_required' } });
    }
  });

  it('keeps one officer from recommending and approving', async () => {
    const application = await complete();
    await act(application, 'submit');
    await act(application, 'pay');
    const suda = async (action: string) => {
      const { version } = (await get(`/applications/${application.id}`, { as: 'suda' })).body;
      return client.request('POST', `/applications/${application.id}/actions`, {
        as: 'suda',
        version,
        body: { action },
      });
    };
    expect((await suda('recommend')).status).toBe(200);
    const refused = await suda('approve');
    expect(refused).toMatchObject({ status: 403, body: { code: 'cases.same_officer' } });
    expect(refused.body.detail).toContain('คนละคน');
    expect((await act(application, 'approve')).status).toBe(200);
  });

  it('shows officers what was submitted, not what the applicant is changing now', async () => {
    const application = await complete();
    for (const action of ['submit', 'pay'] as const) await act(application, action);
    expect((await act(application, 'return', { reason: 'ชื่อร้านไม่ชัด' })).body.state).toBe('draft');
    const { version } = (await get(`/applications/${application.id}`, { as: 'somchai' })).body;
    await client.request('PUT', `/applications/${application.id}/data`, {
      as: 'somchai',
      version,
      body: { data: goodData({ shopNameTh: 'ชื่อใหม่' }) },
    });
    expect((await get(`/applications/${application.id}`, { as: 'somchai' })).body.data.shopNameTh).toBe('ชื่อใหม่');
    const seen = (await get(`/applications/${application.id}`, { as: 'anong' })).body;
    expect(seen.data.shopNameTh).toBe('ร้านผ้าทอบ้านน้ำซับ');
    expect(seen.timeline.at(-1)).toMatchObject({ action: 'return', reason: 'ชื่อร้านไม่ชัด' });
  });
});

describe('bad input is refused by name and changes nothing', () => {
  it.each<[string, object, number, string]>([
    ['broken UTF-8', { raw: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) }, 400, 'http.body_invalid'],
    ['broken JSON', { raw: '{"service":' }, 400, 'http.body_invalid'],
    ['no body', {}, 400, 'http.request_invalid'],
    ['another type', { raw: '<a/>', type: 'text/xml' }, 415, 'http.media_type_unsupported'],
    ['a text', { body: 'text' }, 400, 'http.request_invalid'],
    ['an unknown member', { body: { service: SERVICE, owner: 'me' } }, 400, 'http.request_invalid'],
    ['a wrong type', { body: { service: 5 } }, 400, 'http.request_invalid'],
    ['an unknown service', { body: { service: 'dbd.nothing' } }, 404, 'licensing.service_unknown'],
    [
      'a body too large',
      { body: { service: SERVICE, data: { personName: 'ก'.repeat(200_000) } } },
      413,
      'http.body_too_large',
    ],
    [
      'half a surrogate pair',
      { raw: `{"service":"${SERVICE}","data":{"personName":"\\ud800"}}` },
      400,
      'http.body_invalid',
    ],
    ['U+0000', { raw: `{"service":"${SERVICE}","data":{"personName":"a\\u0000"}}` }, 400, 'http.body_invalid'],
    ['an unknown field', { body: { service: SERVICE, data: { salary: 1 } } }, 422, 'licensing.form_invalid'],
    [
      'a wrong answer',
      { body: { service: SERVICE, data: { applicantKind: 'natural', nationalId: '123' } } },
      422,
      'licensing.form_invalid',
    ],
    [
      'an attachment in the data',
      { body: { service: SERVICE, data: { idCardCopy: 'x' } } },
      422,
      'licensing.form_invalid',
    ],
  ])('to begin: %s', async (_what, options, status, code) => {
    const before = (await get('/applications?limit=200', { as: 'somchai' })).body.items.length;
    const answer = await client.request('POST', '/applications', { as: 'somchai', ...options });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect((await get('/applications?limit=200', { as: 'somchai' })).body.items).toHaveLength(before);
  });

  it('says what is wrong in both languages, with the label of the field', async () => {
    const body = {
      service: SERVICE,
      data: { nationalId: '123456789012', businessStartDate: '2027-01-01', capital: 5 },
    };
    const th = (await client.request('POST', '/applications', { as: 'somchai', body })).body;
    expect(th.errors).toEqual([
      {
        pointer: '/data/businessStartDate',
        code: 'cases.date_in_future',
        message: 'วันที่เริ่มประกอบพาณิชยกิจต้องไม่เป็นวันในอนาคต',
      },
      {
        pointer: '/data/capital',
        code: 'cases.money_too_small',
        message: 'เงินทุนที่ใช้ในการประกอบพาณิชยกิจต้องไม่น้อยกว่า 1 บาท',
      },
    ]);
    const shown = { applicantKind: 'natural', nationalId: '123456789012' };
    const en = await client.request('POST', '/applications', {
      as: 'somchai',
      body: { service: SERVICE, data: shown },
      headers: { 'accept-language': 'en' },
    });
    expect(en.body.errors[0].message).toBe('A national identification number has 13 digits. You entered 12.');
    const again = await client.request('POST', '/applications', {
      as: 'somchai',
      body: { service: SERVICE, data: shown },
    });
    expect(again.body.errors[0].message).toBe('เลขประจำตัวประชาชนต้องมี 13 หลัก คุณใส่ 12 หลัก');
  });

  it('needs the version that is changed', async () => {
    const { id, version } = await start();
    const put = (seen?: number | string) =>
      client.request('PUT', `/applications/${id}/data`, {
        as: 'somchai',
        body: { data: {} },
        ...(seen === undefined ? {} : { version: seen }),
      });
    expect((await put()).body.code).toBe('http.precondition_required');
    expect((await put(version + 1)).body.code).toBe('http.precondition_failed');
    expect((await put('"x"')).body.code).toBe('http.precondition_failed');
    expect((await put('W/"1"')).body.code).toBe('http.precondition_failed');
    const saved = await put(version);
    expect(saved.headers.etag).toBe(`"${version + 1}"`);
    expect((await put(version)).status).toBe(412);
    const action = { as: 'somchai', body: { action: 'withdraw' } } as const;
    expect((await client.request('POST', `/applications/${id}/actions`, action)).status).toBe(428);
    expect((await client.request('POST', `/applications/${id}/actions`, { ...action, version })).status).toBe(412);
    expect((await get(`/applications/${id}`, { as: 'somchai' })).body.state).toBe('draft');
  });

  it.each<[string, unknown, number, string]>([
    ['no action', {}, 400, 'http.request_invalid'],
    ['an unknown action', { action: 'bribe' }, 409, 'cases.action_not_allowed'],
    ['an action of another state', { action: 'approve' }, 409, 'cases.action_not_allowed'],
    ['a name of every object', { action: 'toString' }, 409, 'cases.action_not_allowed'],
    ['an unknown member', { action: 'withdraw', force: true }, 400, 'http.request_invalid'],
    ['a long reason', { action: 'withdraw', reason: 'ก'.repeat(4001) }, 400, 'http.request_invalid'],
    ['a form that is not complete', { action: 'submit' }, 422, 'licensing.form_invalid'],
  ])('to act: %s', async (_what, body, status, code) => {
    const { id, version } = await start({ applicantKind: 'natural' });
    const answer = await client.request('POST', `/applications/${id}/actions`, { as: 'somchai', version, body });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await get(`/applications/${id}`, { as: 'somchai' })).body.version).toBe(version);
    if (code === 'licensing.form_invalid') {
      expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain('/data/nationalId');
      expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain('/data/idCardCopy');
    }
  });

  it.each(['not-a-uuid', '01996B1C-3F2A-7C4E-9D2B-5A6F7E8D9C0B', '%F0%28%8C%28', "' or 1=1"])(
    'an id like %s',
    async (id) => {
      const answer = await get(`/applications/${encodeURI(id)}`, { as: 'somchai' });
      expect([400, 404]).toContain(answer.status);
      expect(answer.body.code).toMatch(/^http\./);
    },
  );

  it.each([
    ['limit=0', 'http.request_invalid'],
    ['limit=201', 'http.request_invalid'],
    ['limit=x', 'http.request_invalid'],
    ['scope=all', 'http.request_invalid'],
    ['other=1', 'http.request_invalid'],
    ['state=nowhere', 'licensing.state_unknown'],
    ['after=zzz', 'licensing.cursor_invalid'],
    ['after=MDE5OTZiMWM', 'licensing.cursor_invalid'],
    [`q=${'x'.repeat(101)}`, 'http.request_invalid'],
  ])('a list with %s', async (query, code) => {
    expect((await get(`/applications?${query}`, { as: 'somchai' })).body.code).toBe(code);
  });
});

describe('attachments', () => {
  const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n');
  const file = (value: Uint8Array | string, filename = 'สำเนาบัตร.pdf') => [
    { name: 'field', value: 'idCardCopy' },
    { name: 'file', value, filename },
  ];

  it('keeps, hands back and removes a file', async () => {
    const { id } = await start(goodData());
    const added = await client.upload(id, file(pdf));
    expect(added.status).toBe(201);
    const [kept] = added.body.attachments;
    expect(kept).toMatchObject({
      field: 'idCardCopy',
      name: 'สำเนาบัตร.pdf',
      mediaType: 'application/pdf',
      size: pdf.length,
    });
    const back = await get(`/applications/${id}/attachments/${kept.id}`, { as: 'somchai' });
    expect(back.bytes.equals(pdf)).toBe(true);
    expect(back.headers['content-disposition']).toMatch(/^attachment; filename="_+.pdf"; filename\*=UTF-8''%E0/);
    const gone = await client.request('DELETE', `/applications/${id}/attachments/${kept.id}`, {
      as: 'somchai',
      version: added.body.version,
    });
    expect(gone.status).toBe(204);
    expect((await get(`/applications/${id}/attachments/${kept.id}`, { as: 'somchai' })).body.code).toBe(
      'licensing.attachment_unknown',
    );
    const twice = await client.request('DELETE', `/applications/${id}/attachments/${kept.id}`, { as: 'somchai' });
    expect(twice.body.code).toBe('licensing.attachment_unknown');
  });

  it.each<[string, Uint8Array | string, string]>([
    ['a page that says it is a PDF', '<html><script>alert(1)</script></html>', 'licensing.attachment_type'],
    ['a program', Buffer.from([0x4d, 0x5a, 0x90, 0]), 'licensing.attachment_type'],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'licensing.attachment_type'],
    ['nothing', '', 'licensing.attachment_empty'],
    ['half a PDF', pdf.subarray(0, 20), 'licensing.attachment_broken'],
    ['half a PNG', png.subarray(0, 30), 'licensing.attachment_broken'],
    ['half a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]), 'licensing.attachment_broken'],
    ['a file too large', Buffer.concat([pdf, Buffer.alloc(5 * 1024 * 1024)]), 'licensing.attachment_too_large'],
  ])('refuses %s', async (_what, value, code) => {
    const { id, version } = await start(goodData());
    expect((await client.upload(id, file(value))).body.code).toBe(code);
    const after = (await get(`/applications/${id}`, { as: 'somchai' })).body;
    expect([after.version, after.attachments]).toEqual([version, []]);
  });

  it('refuses what does not fit the form', async () => {
    const { id } = await start(goodData());
    const ask = async (...parts: Parameters<Client['upload']>[1][number][]) =>
      (await client.upload(id, parts)).body.code;
    const good = { name: 'file', value: pdf, filename: 'a.pdf' };
    expect(await ask({ name: 'field', value: 'idCardCopy' })).toBe('licensing.attachment_missing');
    expect(await ask(good)).toBe('licensing.attachment_field_unknown');
    expect(await ask({ name: 'field', value: 'salary' }, good)).toBe('licensing.attachment_field_unknown');
    expect(await ask({ name: 'field', value: 'personName' }, good)).toBe('licensing.attachment_field_unknown');
    expect(await ask({ name: 'field', value: 'companyCertificate' }, good)).toBe('licensing.attachment_field_unknown');
    expect(await ask({ name: 'other', value: 'x' }, good)).toBe('licensing.attachment_field_unknown');
    expect(await ask({ name: 'field', value: 'idCardCopy' }, good, good)).toBe('http.body_too_large');
    const json = await client.request('POST', `/applications/${id}/attachments`, { as: 'somchai', body: {} });
    expect(json.status).toBe(415);
    const stale = await client.upload(id, file(pdf), { version: 99 });
    expect(stale.status).toBe(412);
    await client.upload(id, file(pdf));
    await client.upload(id, file(pdf));
    expect((await client.upload(id, file(pdf))).body.code).toBe('licensing.attachment_too_many');
  });

  it('refuses files for what was submitted', async () => {
    const application = await complete();
    await act(application, 'submit');
    expect((await client.upload(application.id, file(pdf))).body.code).toMatch(/not_editable|too_many/);
    const [first] = application.attachments;
    const answer = await client.request('DELETE', `/applications/${application.id}/attachments/${first.id}`, {
      as: 'somchai',
    });
    expect(answer.body.code).toBe('licensing.not_editable');
  });
});

describe('lists', () => {
  it('pages through own applications without a gap or a double while others are added', async () => {
    const seen: string[] = [];
    const expected = (await get('/applications?limit=200', { as: 'somchai' })).body.items.map(
      (item: { id: string }) => item.id,
    );
    let after: string | null = null;
    do {
      const page: { items: { id: string }[]; next: string | null } = (
        await get(`/applications?limit=7${after ? `&after=${after}` : ''}`, { as: 'somchai' })
      ).body;
      seen.push(...page.items.map((item) => item.id));
      after = page.next;
      if (after && seen.length < 20) await start();
    } while (after);
    expect(seen).toEqual(expected);
  });

  it('finds Thai words anywhere in a name, and takes wildcards for what they are', async () => {
    await start(goodData({ shopNameTh: 'ร้าน 100% ฝ้ายแท้'.replace('%', ' เปอร์เซ็นต์'), personName: 'นางสาวพิมพ์ใจ ทอผ้า' }));
    const find = async (q: string) =>
      (await get(`/applications?q=${encodeURIComponent(q)}`, { as: 'somchai' })).body.items.length;
    expect(await find('พิมพ์ใจ')).toBe(1);
    expect(await find('ใจ ทอ')).toBe(1);
    expect(await find('เปอร์เซ็นต์')).toBe(1);
    expect(await find('%')).toBe(0);
    expect(await find('_')).toBe(0);
    expect(await find("' or 1=1 --")).toBe(0);
  });

  it('shows each role what waits for it', async () => {
    const application = await complete();
    const queue = async (as: 'anong' | 'wichai' | 'stranger' | 'malee' | 'nida', query = '') =>
      (await get(`/applications?scope=queue&limit=200${query}`, { as })).body.items.map(
        (item: { id: string }) => item.id,
      );
    expect(await queue('anong')).not.toContain(application.id);
    await act(application, 'submit');
    expect(await queue('anong')).toContain(application.id);
    expect(await queue('wichai')).not.toContain(application.id);
    await act(application, 'pay');
    expect(await queue('anong', '&state=payment')).not.toContain(application.id);
    expect(await queue('anong', '&state=screening')).toContain(application.id);
    await act(application, 'recommend');
    expect(await queue('wichai')).toContain(application.id);
    expect(await queue('nida')).toContain(application.id);
    expect(await queue('stranger')).toEqual([]);
    expect(await queue('malee')).toEqual([]);
  });

  it('puts what is due first in front and pages by it', async () => {
    const pages: { dueAt?: string; id: string }[] = [];
    let after: string | null = null;
    do {
      const page: { items: { dueAt?: string; id: string }[]; next: string | null } = (
        await get(`/applications?scope=queue&limit=2${after ? `&after=${after}` : ''}`, { as: 'suda' })
      ).body;
      pages.push(...page.items);
      after = page.next;
    } while (after);
    const whole = (await get('/applications?scope=queue&limit=200', { as: 'suda' })).body.items;
    expect(pages.map((item) => item.id)).toEqual(whole.map((item: { id: string }) => item.id));
    const due = pages.map((item) => item.dueAt ?? '9999');
    expect(due).toEqual([...due].sort());
  });
});

describe('the description', () => {
  it('documents every operation with a summary', async () => {
    const answer = await client.server.app.inject({ url: '/api/openapi.json' });
    const paths = Object.entries(JSON.parse(answer.body).paths).filter(([path]) =>
      path.startsWith('/api/v1/licensing'),
    );
    expect(paths.length).toBeGreaterThan(12);
    for (const [path, operations] of paths) {
      for (const operation of Object.values(operations as Record<string, { summary?: string }>)) {
        expect(operation.summary, path).toBeTruthy();
      }
    }
  });
});
