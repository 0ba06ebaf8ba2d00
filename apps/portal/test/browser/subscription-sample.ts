import type { Person } from './person.ts';

const yearMs = 365 * 86_400_000;

/** A subscription of `owner` that was granted and used up, with two keys of which one ended; and a second one that waits. */
export async function buildSubscription(url: string, owner: Person, officer: Person): Promise<void> {
  const base = '/timestamp/subscribers';
  const wish = { name: 'กรมตัวอย่าง ระบบสารบรรณ', contact: 'it@example.go.th', purpose: 'หนังสือราชการอิเล็กทรอนิกส์' };
  const { id, version } = await owner.send('POST', base, { ...wish, perDay: 1_000, perMonth: 20_000 });
  await officer.send('PATCH', `${base}/${id}`, { state: 'active', perDay: 3, perMonth: 20_000 }, version);
  const expiresAt = new Date(Date.now() + yearMs).toISOString();
  const { key } = await owner.send('POST', `${base}/${id}/keys`, { label: 'เครื่องแม่ข่าย 1', expiresAt });
  const old = await owner.send('POST', `${base}/${id}/keys`, { label: 'เครื่องทดสอบ', expiresAt });
  await owner.send('POST', `${base}/${id}/keys/${old.id}/actions`, { action: 'revoke' });
  for (let count = 0; count < 5; count += 1) {
    await fetch(`${url}/api/v1/timestamp/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ digest: '00'.repeat(32) }),
    });
  }
  await officer.send('POST', base, { ...wish, name: 'บริษัท ตัวอย่าง จำกัด', purpose: '' });
}
