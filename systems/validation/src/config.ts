import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { type TInteger, Type } from 'typebox';

/** Settings of this system. */
export interface ValidationConfig {
  readonly maximumFiles: number;
  readonly maximumFileBytes: number;
  readonly maximumDetachedBytes: number;
  readonly concurrentRequests: number;
  readonly requestsPerMinute: number;
  readonly processes: number;
  readonly secondsPerDocument: number;
  readonly megabytesPerProcess: number;
  readonly maximumBatchFiles: number;
  readonly maximumBatchBytes: number;
  readonly maximumArchiveBytes: number;
  readonly maximumArchiveRatio: number;
  readonly batchesPerAsker: number;
  readonly documentsPerDay: number;
  readonly batchHours: number;
  readonly keepDays: number;
  readonly uploadFolder: string;
  readonly online: 'off' | 'listed' | 'trusted' | 'any';
  readonly onlineHosts: readonly string[];
  readonly onlineSeconds: number;
  readonly onlineRequestsPerDocument: number;
  readonly onlineRequestsPerAsker: number;
  readonly onlineRequestsPerMinute: number;
  readonly onlineMaximumBytes: number;
  readonly onlineCacheMinutes: number;
}

function integer(value: number, [minimum, maximum]: readonly [number, number], description: string): TInteger {
  return Type.Integer({ default: value, minimum, maximum, description });
}

const mebibyte = 1_048_576;

const upload = {
  maximumFiles: integer(10, [1, 100], 'Most documents that one request is answered with at once; more become a batch.'),
  maximumFileBytes: integer(20 * mebibyte, [1024, 64 * mebibyte], 'Largest document, bytes.'),
  maximumDetachedBytes: integer(
    512 * mebibyte,
    [1024, 4096 * mebibyte],
    'Largest file beside a signature, bytes. One that is larger than a document may be lies in uploadFolder until it is judged.',
  ),
  concurrentRequests: integer(
    4,
    [1, 64],
    'Requests of one process whose documents are held in memory at the same time; others wait for their turn.',
  ),
  requestsPerMinute: integer(
    120,
    [0, 1_000_000],
    'Validations per minute from one network address, counted by each process for itself; 0 for no limit of its own.',
  ),
  uploadFolder: Type.String({
    default: '',
    maxLength: 1000,
    description:
      'Folder for archives and large files while they are read; when empty the temporary folder of the machine, which should lie on a disk then.',
  }),
};

const cost = {
  processes: integer(0, [0, 256], 'Processes that judge documents; as many as the machine has cores when 0.'),
  secondsPerDocument: integer(
    30,
    [1, 600],
    'Most processor time for one document, seconds, where the system tells it (Linux). Four times as much may pass altogether.',
  ),
  megabytesPerProcess: integer(
    512,
    [64, 16_384],
    'Largest heap of one such process, mebibytes; buffers and the program itself come on top of it.',
  ),
};

const batches = {
  maximumBatchFiles: integer(10_000, [1, 100_000], 'Most documents in one batch.'),
  maximumBatchBytes: integer(2048 * mebibyte, [1024, 65_536 * mebibyte], 'All documents of one batch together, bytes.'),
  maximumArchiveBytes: integer(1024 * mebibyte, [1024, 4095 * mebibyte], 'Largest ZIP of documents, bytes.'),
  maximumArchiveRatio: integer(
    200,
    [2, 1032],
    'How many times larger than the ZIP its content may be, as a whole and each member above 1 MiB.',
  ),
  batchesPerAsker: integer(
    3,
    [1, 1000],
    'Batches of one account or network address that wait or run at the same time, whichever process took them.',
  ),
  documentsPerDay: integer(
    50_000,
    [1, 100_000_000],
    'Documents in batches of one account or network address in 24 hours.',
  ),
  batchHours: integer(
    24,
    [1, 720],
    'How long the results of a batch can be fetched when keeping was not asked for, hours.',
  ),
  keepDays: integer(30, [1, 3650], 'How long results are kept when that was asked for, days.'),
};

const online = {
  online: Type.Union(
    ['off', 'listed', 'trusted', 'any'].map((mode) => Type.Literal(mode)),
    {
      default: 'trusted',
      description:
        'Which addresses inside certificates are asked for issuers, CRLs and OCSP answers: `off` none; `listed` hosts of onlineHosts; `trusted` also the CRLs and OCSP responders of certificates whose path ends at an anchor of this service; `any` every public host, whoever wrote it into a certificate.',
    },
  ),
  onlineHosts: Type.Array(Type.String({ maxLength: 253 }), {
    default: [],
    description:
      'Hosts that may be asked whoever names them, such as crl.example.go.th or *.example.go.th; ports other than 80 and 443 only here, such as crl.example.go.th:8080.',
  }),
  onlineSeconds: integer(5, [1, 60], 'Longest time of one such request, seconds.'),
  onlineRequestsPerDocument: integer(16, [1, 100], 'Most such requests for one document.'),
  onlineRequestsPerAsker: integer(
    60,
    [1, 100_000],
    'Most such requests per minute of one process for one account or network address; answers that are at hand do not count.',
  ),
  onlineRequestsPerMinute: integer(600, [1, 1_000_000], 'Most such requests per minute of one process, whoever asks.'),
  onlineMaximumBytes: integer(10 * mebibyte, [1024, 64 * mebibyte], 'Largest answer that is taken, bytes.'),
  onlineCacheMinutes: integer(
    60,
    [1, 10_080],
    'How long an answer is used at most without being fetched again; its own nextUpdate may end that earlier.',
  ),
};

/** The section `validation`. */
export const config: ConfigSection<ValidationConfig> = defineConfig<ValidationConfig>(
  'validation',
  Type.Object({ ...upload, ...cost, ...batches, ...online }),
);
