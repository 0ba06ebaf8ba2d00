import { expect } from './tally.ts';

/* People who use the HTTP API directly, to bring cases into the state that a page is to be looked at in. */

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, read by tests only
type Answer = any;

export interface Person {
  readonly cookie: { readonly name: string; readonly value: string };
  get(path: string): Promise<Answer>;
  send(method: string, path: string, body: object, version?: number): Promise<Answer>;
  attach(application: Answer, field: string, name: string, bytes: Uint8Array): Promise<Answer>;
  act(application: Answer, action: string, more?: object): Promise<Answer>;
}

export async function signIn(url: string, username: string): Promise<Person> {
  const base = `${url}/api/v1`;
  const accounts = (await (await fetch(`${base}/identity/demo-accounts`)).json()) as Answer;
  const account = accounts.items.find((item: Answer) => item.username === username);
  expect(account, `no demo account ${username}`);
  const response = await fetch(`${base}/identity/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ username, password: account.password }),
  });
  const session = (await response.json()) as Answer;
  expect(response.status === 201, `sign-in of ${username}: ${response.status} ${JSON.stringify(session)}`);
  const cookie = /tra_session=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1] ?? '';

  const call = async (method: string, path: string, init: { body?: BodyInit; headers?: object }): Promise<Answer> => {
    const answer = await fetch(`${base}${path}`, {
      method,
      ...(init.body === undefined ? {} : { body: init.body }),
      headers: { cookie: `tra_session=${cookie}`, 'x-csrf-token': session.csrfToken, origin: url, ...init.headers },
    });
    const text = await answer.text();
    expect(answer.ok, `${method} ${path}: ${answer.status} ${text.slice(0, 600)}`);
    return text ? JSON.parse(text) : undefined;
  };
  const match = (version: number | undefined): object => (version === undefined ? {} : { 'if-match': `"${version}"` });

  const person: Person = {
    cookie: { name: 'tra_session', value: cookie },
    get: (path) => call('GET', path, {}),
    send: (method, path, body, version) =>
      call(method, path, {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...match(version) },
      }),
    attach: (application, field, name, bytes) => {
      const form = new FormData();
      form.append('field', field);
      form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
      return call('POST', `/licensing/applications/${application.id}/attachments`, {
        body: form,
        headers: match(application.version),
      });
    },
    act: (application, action, more = {}) =>
      person.send(
        'POST',
        `/licensing/applications/${application.id}/actions`,
        { action, ...more },
        application.version,
      ),
  };
  return person;
}
