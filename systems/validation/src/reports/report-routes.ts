import { networkOf, type RouteApp, type RouteRequest } from '@tra/platform-http';
import { Type } from 'typebox';
import { refusedWith, ValidationError } from '../errors.ts';
import type { RequestLimit } from '../request-limit.ts';
import type { RouteParts } from '../routes.ts';
import { sendReport } from './answer.ts';
import type { ReportFormat } from './formats.ts';
import { formatAccepted, formatNamed, knownMediaTypes } from './negotiate.ts';

const Params = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64, description: 'The id of the batch or of the kept result.' }),
  position: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    description: 'Which document, from 1, in the order in which they came.',
  }),
});
const Query = Type.Object({
  format: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        'simple: JSON with the four answers. detailed: JSON with every block and check (EN 319 102-1). diagnostic: JSON with all facts that were ' +
        'judged; send it to /api/v1/validations/replays. etsi: XML of ETSI TS 119 102-2. html: a page that needs no other file. pdf: PDF/A with the ' +
        'data attached. XML and PDF are signed by the service. Without it `Accept` decides.',
      examples: ['pdf'],
    }),
  ),
});

const binary = Type.String({ format: 'binary' });
const schema = {
  summary: 'One report in a format',
  description:
    'The report about one document of a batch or of a kept result, in Thai or English (`Accept-Language` or `lang`). JSON of the formats detailed and ' +
    'diagnostic is canonical (names in order, no white space): its SHA-256 is the one that other reports state. A format that the result cannot be told ' +
    'in is refused with 409: `formats` of a report lists those that can.' +
    refusedWith(
      ...(['validation.not_found', 'validation.format_unknown'] as const),
      ...(['validation.format_unavailable', 'validation.format_not_acceptable'] as const),
    ),
  tags: ['validation'],
  security: [],
  params: Params,
  querystring: Query,
  response: {
    200: {
      description: 'The report.',
      content: {
        'application/json': { schema: Type.Unknown() },
        'application/xml': { schema: Type.String() },
        'text/html': { schema: Type.String() },
        'application/pdf': { schema: binary },
      },
    },
  },
};

interface Asked {
  readonly params: { readonly id: string; readonly position: number };
  readonly query: { readonly format?: string };
}

/** Mounts GET /api/v1/validations/{id}/reports/{position}. */
export function mountReportRoute(app: RouteApp, { reports, service }: RouteParts, limit: RequestLimit): void {
  app.get('/api/v1/validations/:id/reports/:position', { schema }, async (request, reply) => {
    // Setting and signing a document costs like judging one.
    limit.count(networkOf(request.ip));
    const { params, query } = request as unknown as Asked;
    const format = query.format === undefined ? accepted(request) : formatNamed(query.format, 'format');
    const subject = await service.batches.result(params.id, params.position);
    return sendReport(reply, format, await reports.make(format, subject, request.language), request.language);
  });
}

function accepted({ headers }: RouteRequest): ReportFormat {
  const format = formatAccepted(headers.accept);
  if (format) return format;
  throw new ValidationError('validation.format_not_acceptable', undefined, { params: { known: knownMediaTypes } });
}

/**
 * The format in which one document is answered at once: the one that the form names, else what `Accept` prefers to JSON. Undefined for the usual answer. Throws
 * `validation.format_one_document` when several documents or a batch can only be answered in JSON.
 */
export function formatOfAnswer(
  request: RouteRequest,
  named: ReportFormat | undefined,
  single: boolean,
): ReportFormat | undefined {
  const preferred = formatAccepted(request.headers.accept);
  const format = named ?? (preferred === 'simple' ? undefined : preferred);
  if (format === undefined || single) return format;
  const json = named === undefined && /(application|\*)\/(json|\*)/i.test(request.headers.accept ?? '');
  if (json) return undefined;
  throw new ValidationError('validation.format_one_document', 'report', { params: { format } });
}
