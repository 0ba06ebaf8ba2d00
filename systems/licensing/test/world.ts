import { fakeNationalId } from '@tra/cases/testing';
import type { Json } from '@tra/kernel';
import { type SteppedClock, steppedClock } from '@tra/kernel/testing';
import { migrations as auditMigrations, createAudit } from '@tra/platform-audit';
import type { BlobStore } from '@tra/platform-blobs';
import { createMemoryBlobStore } from '@tra/platform-blobs/testing';
import { loadMessages, type Messages } from '@tra/platform-i18n';
import { createJobs, type Jobs, migrations as jobsMigrations } from '@tra/platform-jobs';
import type { Database, MigrationSet } from '@tra/platform-storage';
import { openTestDatabase } from '@tra/platform-storage/testing';
import { migrationsOf, type SystemContext, systemRandom } from '@tra/platform-system';
import { createTelemetry } from '@tra/platform-telemetry';
import { loadAddresses } from '../src/addresses.ts';
import type { Caller } from '../src/caller.ts';
import { ISSUE_JOB, type Licensing } from '../src/context.ts';
import { createDocumentMaker, type DocumentMaker } from '../src/document/document-maker.ts';
import { type LicensingConfig, licensing as system } from '../src/index.ts';
import type { DocumentSigner } from '../src/ports.ts';
import { takeAction } from '../src/service/actions.ts';
import { createApplication } from '../src/service/applications.ts';
import { attachFile } from '../src/service/attachments.ts';
import { issueLicence } from '../src/service/issue.ts';
import type { OpenCase } from '../src/service/open-case.ts';
import { createServiceRegistry, loadDefinitions } from '../src/services.ts';

export const SERVICE = 'dbd.ecommerce-registration';

export const migrations: readonly MigrationSet[] = [jobsMigrations, auditMigrations, migrationsOf(system)];

export const messages: Messages = loadMessages([
  new URL('../messages/', import.meta.url),
  new URL('../../../platform/http/messages/', import.meta.url),
]);

/** Signs by adding a comment at the end, so that each signing gives other bytes. */
export function fakeSigner(): DocumentSigner & { count: number } {
  const signer = {
    count: 0,
    async signPdf(pdf: Uint8Array): Promise<Uint8Array> {
      signer.count += 1;
      return new Uint8Array(Buffer.concat([pdf, Buffer.from(`%signed ${signer.count}\n`)]));
    },
  };
  return signer;
}

const names: Readonly<Record<string, { th: string; en: string }>> = {
  somchai: { th: 'สมชาย ใจดี', en: 'Somchai Jaidee' },
  malee: { th: 'มาลี สุขใจ', en: 'Malee Sukjai' },
  anong: { th: 'อนงค์ ตรวจดี', en: 'Anong Truatdee' },
  wichai: { th: 'วิชัย อนุมัติ', en: 'Wichai Anumat' },
};

const caller = (accountId: string, roles: string[], agencyId?: string): Caller => ({
  accountId,
  roles,
  language: 'th',
  ...(agencyId === undefined ? {} : { agencyId }),
});

export const people = {
  somchai: caller('somchai', ['citizen']),
  malee: caller('malee', ['citizen']),
  anong: caller('anong', ['officer'], 'dbd'),
  prasert: caller('prasert', ['officer'], 'dbd'),
  wichai: caller('wichai', ['approver'], 'dbd'),
  suda: caller('suda', ['officer', 'approver'], 'dbd'),
  nida: caller('nida', ['auditor']),
  ek: caller('ek', ['operator']),
  stranger: caller('stranger', ['officer', 'approver'], 'other'),
  homeless: caller('homeless', ['officer', 'approver']),
} as const;

export const png: Uint8Array = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAADklEQVR4nGN4BwUMlDEAXsA7gfTR5ssAAAAASUVORK5CYII=',
    'base64',
  ),
);

export function goodData(more: Readonly<Record<string, Json>> = {}): Record<string, Json> {
  return {
    applicantKind: 'natural',
    nationalId: fakeNationalId(4_242),
    personName: 'นายสมชาย ใจดี',
    shopNameTh: 'ร้านผ้าทอบ้านน้ำซับ',
    shopNameEn: 'Ban Nam Sap Weaving',
    channels: ['website', 'social'],
    website: 'https://weaving.example',
    platformAccounts: 'ผ้าทอบ้านน้ำซับ\nline: @weaving',
    goods: ['clothing', 'handicraft'],
    businessStartDate: '2026-11-01',
    capital: 5_000_000,
    address: {
      line: '99/9 หมู่ 4',
      provinceCode: '50',
      districtCode: '5001',
      subDistrictCode: '500101',
      postalCode: '50200',
    },
    phone: '081-234-5678',
    email: 'somchai@example.com',
    declaration: true,
    ...more,
  };
}

export interface World {
  readonly licensing: Licensing;
  readonly context: SystemContext<LicensingConfig>;
  readonly database: Database;
  readonly clock: SteppedClock;
  readonly jobs: Jobs;
  readonly blobs: BlobStore;
  readonly signer: ReturnType<typeof fakeSigner>;
  /** A draft with everything in it. */
  draft(who?: Caller, data?: Record<string, Json>): Promise<OpenCase>;
  /** Takes actions one after the other, each by the one who usually does it. */
  go(found: OpenCase, ...actions: (string | [action: string, who: Caller])[]): Promise<OpenCase>;
  close(): Promise<void>;
}

const usual: Readonly<Record<string, Caller>> = {
  'record-payment': people.anong,
  recommend: people.anong,
  return: people.anong,
  reject: people.anong,
  approve: people.wichai,
  refuse: people.wichai,
  'send-back': people.wichai,
};

export const anyVersion = (): void => undefined;

let documents: Promise<DocumentMaker> | undefined;

/** A licensing system on a fresh database with fakes around it. */
export async function createWorld(options: { database?: Database; demo?: boolean } = {}): Promise<World> {
  const database = options.database ?? (await openTestDatabase());
  await database.migrate(migrations);
  const clock = steppedClock('2026-11-16T03:00:00.000Z');
  const { logger, metrics, health } = createTelemetry({ level: 'silent', processMetrics: false });
  const random = systemRandom;
  const audit = createAudit({ database, clock });
  const jobs = createJobs({ database, clock, random, logger, metrics });
  const blobs = createMemoryBlobStore();
  const signer = fakeSigner();
  documents ??= createDocumentMaker(messages);
  const server = {
    publicUrl: 'http://localhost:8420',
    environment: 'development',
    demo: options.demo ?? true,
  } as const;
  const config = { attachmentMaxBytes: 5 * 1024 * 1024, draftsPerAccount: 60 };
  // What licensing does not touch.
  const unused = {} as Pick<SystemContext<LicensingConfig>, 'keys' | 'log' | 'outbound'>;
  const platform = {
    ...unused,
    audit,
    blobs,
    clock,
    database,
    jobs,
    logger,
    messages,
    metrics,
    health,
    random,
    server,
  };
  const context = { ...platform, config };
  const licensing: Licensing = {
    ...context,
    addresses: loadAddresses(),
    documents: await documents,
    ports: { signer, accounts: { displayName: async (id) => names[id] } },
    services: createServiceRegistry(loadDefinitions()),
  };
  const draft: World['draft'] = async (who = people.somchai, data = goodData()) => {
    const { row } = await createApplication(licensing, who, { service: SERVICE, data });
    let found: OpenCase | undefined;
    for (const field of ['idCardCopy', 'shopPicture']) {
      const upload = { field, name: `${field}.png`, bytes: png };
      found = await attachFile(licensing, who, { id: row.id, upload, precondition: anyVersion });
    }
    return found!;
  };
  const go: World['go'] = async (found, ...actions) => {
    let current = found;
    for (const step of actions) {
      const [action, who] = typeof step === 'string' ? [step, usual[step] ?? people.somchai] : step;
      const needs = action === 'record-payment' ? { receiptNumber: `R/${current.row.reference}` } : {};
      const request = { id: current.row.id, action, reason: 'ตามที่ตรวจสอบ', precondition: anyVersion, ...needs };
      current = await takeAction(licensing, who, { ...request, scope: 'case' });
    }
    return current;
  };
  const close = async () => {
    await jobs.stop(0);
    await database.close();
  };
  return { licensing, context, database, clock, jobs, blobs, signer, draft, go, close };
}

/** Lets the queue of a world issue licences, as the system does. */
export function runIssuing(world: World): void {
  world.jobs.register({
    kind: ISSUE_JOB,
    handle: async (payload) => {
      await issueLicence(world.licensing, (payload as { caseId: string }).caseId);
    },
  });
}
