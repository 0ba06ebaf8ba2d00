import { type Person, signIn } from './person.ts';
import { buildRegistration } from './registration-sample.ts';
import * as sample from './sample.ts';
import { buildSubscription } from './subscription-sample.ts';

type Answer = Awaited<ReturnType<Person['get']>>;

/** People and cases in every state that a page can show. */
export interface World {
  readonly url: string;
  readonly people: Readonly<
    Record<'somchai' | 'malee' | 'anong' | 'wichai' | 'suda' | 'kanya' | 'thana' | 'arun', Person>
  >;
  readonly service: Answer;
  readonly cases: Readonly<
    Record<
      'empty' | 'started' | 'complete' | 'returned' | 'payment' | 'screening' | 'decision' | 'ownDecision' | 'refused',
      Answer
    >
  >;
  readonly licences: Readonly<Record<'active' | 'suspended' | 'revoked', Answer>>;
  /** Requests for certificates, certificates and credentials. */
  readonly registration: Readonly<Record<string, Answer>>;
  /** The signed PDF of the active licence. */
  readonly document: Uint8Array;
}

export async function buildWorld(url: string): Promise<World> {
  const names = ['somchai', 'malee', 'officer.anong', 'head.wichai', 'head.suda'];
  names.push('registrar.kanya', 'registrar.thana', 'timestamp.arun');
  const [somchai, malee, anong, wichai, suda, kanya, thana, arun] = await Promise.all(
    names.map((name) => signIn(url, name)),
  );
  if (!somchai || !malee || !anong || !wichai || !suda || !kanya || !thana || !arun)
    throw new Error('not everybody could sign in');
  const issue = (shop: string) => sample.issued(somchai, anong, wichai, { shopNameTh: shop });
  const [activeCase, suspendedCase, revokedCase] = await Promise.all([
    issue('ร้านหนึ่ง'),
    issue('ร้านสอง'),
    issue('ร้านสาม'),
  ]);
  const act = (application: Answer, action: string, reason: string) =>
    wichai.send('POST', `/licensing/licences/${application.licence.id}/actions`, { action, reason });
  const active = await somchai.get(`/licensing/licences/${activeCase.licence.id}`);
  const suspended = await act(suspendedCase, 'suspend', 'อยู่ระหว่างตรวจสอบข้อร้องเรียน');
  const revoked = await act(revokedCase, 'revoke', 'ผู้ประกอบการแจ้งเลิกกิจการ');
  const cases = {
    empty: await sample.draft(somchai),
    started: await sample.draft(somchai, { applicantKind: 'natural', nationalId: sample.answers.nationalId }),
    complete: await sample.complete(somchai),
    returned: await anong.act(await sample.paid(somchai), 'return', { reason: 'ภาพหน้าร้านไม่ชัด กรุณาแนบภาพใหม่' }),
    payment: await sample.submitted(somchai),
    screening: await sample.paid(somchai),
    decision: await anong.act(await sample.paid(somchai), 'recommend'),
    ownDecision: await suda.act(await sample.paid(somchai), 'recommend'),
    refused: await anong.act(await sample.paid(somchai), 'reject', { reason: 'เลขทะเบียนไม่ตรงกับเอกสารแนบ' }),
  };
  const response = await fetch(`${url}/api/v1/licensing/licences/${active.id}/document`, {
    headers: { cookie: `${somchai.cookie.name}=${somchai.cookie.value}` },
  });
  await buildSubscription(url, somchai, arun);
  return {
    url,
    people: { somchai, malee, anong, wichai, suda, kanya, thana, arun },
    registration: await buildRegistration({ somchai, kanya, thana }),
    service: await sample.firstService(somchai),
    cases,
    licences: { active, suspended, revoked },
    document: new Uint8Array(await response.arrayBuffer()),
  };
}
