import { networkOf, type RouteApp, type RouteReply, type RouteRequest } from '@tra/platform-http';
import type { Messages } from '@tra/platform-i18n';
import { askerHash } from './batches/batches.ts';
import { createIntake, type ReadableIntake } from './batches/intake.ts';
import type { ValidationConfig } from './config.ts';
import { refusedWith } from './errors.ts';
import { createGate } from './gate.ts';
import { mountOptionsRoute } from './options-route.ts';
import { sendReport, withFormatLinks } from './reports/answer.ts';
import type { ReportMaker } from './reports/maker.ts';
import { mountReplayRoute } from './reports/replay-route.ts';
import { formatOfAnswer, mountReportRoute } from './reports/report-routes.ts';
import { createRequestLimit } from './request-limit.ts';
import { mountResultRoutes } from './result-routes.ts';
import { BatchStatusSchema, Submitted, Validated } from './schemas.ts';
import type { ValidationService } from './service.ts';
import { type Order, readSubmission } from './submission.ts';
import { withWords } from './words.ts';

/** What the routes need. */
export interface RouteParts {
  readonly config: ValidationConfig;
  readonly messages: Messages;
  readonly service: ValidationService;
  readonly reports: ReportMaker;
  readonly now: () => Date;
}

const refusals = [
  ...(['no_file', 'too_many_files', 'file_too_large', 'field_unknown', 'field_invalid', 'at_invalid'] as const),
  ...(['trust_invalid', 'trust_list_refused', 'trust_too_many'] as const),
  ...(['policy_unknown', 'policy_invalid', 'crypto_suite_alone'] as const),
  ...(['archive_unreadable', 'archive_too_large', 'archive_bomb', 'archive_encrypted', 'archive_mixed'] as const),
  ...(['quota_batches', 'quota_documents'] as const),
  ...(['format_unknown', 'format_unavailable', 'format_one_document'] as const),
].map((name) => `validation.${name}` as const);
const path = '/api/v1/validations';
const heldBytes = 64 * 1024 * 1024;

/** Mounts POST /api/v1/validations and what can be asked about a batch afterwards. */
export async function mountValidationRoutes(app: RouteApp, parts: RouteParts): Promise<void> {
  const { config, service } = parts;
  const gate = createGate(config.concurrentRequests);
  // Beside the general limit: judging costs more than reading.
  const limit = createRequestLimit(config.requestsPerMinute);
  const schema: Record<string, unknown> = {
    summary: 'Judge signed documents',
    description:
      'Says of each document whether it is unchanged, who signed, when, and whether it still counts. A document that does not hold ' +
      'is an answer (200), not an error. A few documents are answered at once and nothing of them is kept, unless `keep` asks for the ' +
      'reports to be. Many documents, or a ZIP (`archive`), become a batch: 202 with its address in Location, to be asked after `Retry-After` seconds. One ' +
      'document can be answered with a report for people or programs itself (`report`, or `Accept`).' +
      refusedWith(...refusals),
    tags: ['validation'],
    security: [],
    consumes: ['multipart/form-data'],
    body: Submitted,
    response: { 200: Validated, 202: BatchStatusSchema },
  };
  app.post(path, { schema }, async (request, reply) => {
    limit.count(networkOf(request.ip));
    const asker = askerOf(request);
    const limits = { files: config.maximumFiles, bytes: heldBytes };
    return await gate.run(async () => {
      const intake = createIntake(limits, () => service.batches.begin(asker));
      try {
        const order = await readSubmission(request, { ...parts, intake });
        return await answer(parts, { request, reply, asker }, { intake, order });
      } catch (error) {
        if (intake.begun !== undefined) await service.batches.abandon(intake.begun);
        throw error;
      } finally {
        await intake.close();
      }
    });
  });
  mountOptionsRoute(app, parts);
  mountReplayRoute(app, { config, gate, limit });
  mountResultRoutes(app, parts);
  mountReportRoute(app, parts, limit);
}

/** Quotas belong to an account, or to a network address where nobody is signed in. */
function askerOf({ principal, ip }: RouteRequest): string {
  return principal ? `account ${principal.accountId}` : `address ${networkOf(ip)}`;
}

interface Exchange {
  readonly request: RouteRequest;
  readonly reply: RouteReply;
  readonly asker: string;
}

async function answer(
  { messages, reports, service }: RouteParts,
  { request, reply, asker }: Exchange,
  { intake, order }: { readonly intake: ReadableIntake; readonly order: Order },
): Promise<unknown> {
  const { language } = request;
  reply
    .header('cache-control', 'no-store')
    .header('content-language', language)
    .header('vary', 'Accept, Accept-Language');
  const received = await intake.received();
  const single = received.kind === 'held' && received.files.length === 1;
  const format = formatOfAnswer(request, order.report, single);
  if (received.kind === 'batch') {
    const status = await service.batches.submit(received, order);
    return reply.code(202).header('location', `${path}/${status.id}`).header('retry-after', '2').send(status);
  }
  const wantFacts = order.keep || format !== undefined;
  const { results, ...result } = await service.judge({
    ...{ ...received, terms: order.terms, asker: askerHash(asker), wantFacts },
  });
  const kept = order.keep ? await service.batches.keep(results, order, asker) : undefined;
  const [only] = results;
  if (format !== undefined && only) {
    if (kept) reply.header('content-location', `${path}/${kept.id}/reports/1?format=${format}`);
    return sendReport(reply, format, await reports.make(format, only, language), language);
  }
  return {
    ...result,
    ...(kept ? { id: kept.id, expiresAt: kept.expiresAt } : {}),
    reports: results.map(({ report }, index) => {
      const place = kept && { id: kept.id, position: index + 1 };
      return withFormatLinks(withWords(report, messages, language), report.formats, place);
    }),
  };
}
