import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ErrorParams } from '@tra/kernel';
import { systemClock } from '@tra/platform-system';
import { renderReportText } from '@tra/signature';
import {
  createReportMaker,
  csvHeader,
  csvRow,
  localize,
  localizeParams,
  type ReportFormat,
  type ReportSubject,
  reportFormats,
  type ServiceReport,
} from '@tra/system-validation';
import type { CommandContext } from './commands.ts';
import { UsageError } from './usage-error.ts';
import type { FoundFile } from './validate-files.ts';

/** Where reports go. */
export interface ReportOutput {
  add(index: number, judged: ReportSubject): Promise<void>;
  unreadable(file: FoundFile): void;
  finish(stopped: boolean): Promise<void>;
}

interface Plan {
  readonly format: 'text' | 'json' | 'csv';
  readonly files: readonly FoundFile[];
  /** Formats that are written beside each report; needs `out`. */
  readonly formats: readonly ReportFormat[];
  readonly out: string | undefined;
}

/**
 * Prints reports: those of files that were named as one document, those of a folder line by line as they come, in the order of the files. With `out` each report is
 * also written to a file of its own, which is there whole or not at all.
 */
export async function createReportOutput(plan: Plan, context: CommandContext): Promise<ReportOutput> {
  const { files, format, formats, out } = plan;
  const { language, messages } = context;
  const maker = createReportMaker({ messages, clock: systemClock });
  if (out !== undefined) await makeFolder(out);
  const isFolder = files.some(({ named }) => !named);
  const waiting = new Map<number, ServiceReport | undefined>();
  const counts = { passed: 0, failed: 0, indeterminate: 0 };
  let shown = 0;
  let done = 0;
  const { stdout } = context.terminal;
  const all: ServiceReport[] = [];
  const print = (report: ServiceReport, index: number): void => {
    if (format === 'csv')
      stdout.write(
        csvRow({ position: index + 1, verdict: report.verdict, report }, context.messages, context.language),
      );
    else if (!isFolder) all.push(report);
    else if (format === 'json') stdout.write(`${JSON.stringify({ file: files[index]?.path, report })}\n`);
    else stdout.write(`${lineOf(report, files[index]?.path ?? '', context)}\n`);
  };
  const flush = (): void => {
    for (; waiting.has(shown); shown += 1) {
      const report = waiting.get(shown);
      waiting.delete(shown);
      if (report) print(report, shown);
    }
  };
  if (format === 'csv') stdout.write(csvHeader);
  return {
    add: async (index, judged) => {
      const { report } = judged;
      counts[report.verdict] += 1;
      done += 1;
      if (out !== undefined) {
        const below = join(out, files[index]?.below ?? '');
        if (formats.length === 0) await writeWhole(`${below}.report.json`, `${JSON.stringify(report, null, 2)}\n`);
        for (const name of formats.filter((wanted) => report.formats.includes(wanted))) {
          const { bytes } = await maker.make(name, judged, language);
          await writeWhole(`${below}.${reportFormats[name].ending}`, bytes);
        }
      }
      waiting.set(index, report);
      flush();
      progress(done, files.length, context);
    },
    unreadable: (file) => {
      waiting.set(files.indexOf(file), undefined);
      flush();
      context.terminal.stderr.write(`tra: ${context.say('cli.file_unreadable', { file: file.path })}\n`);
    },
    finish: async (stopped) => {
      // What was judged behind one that was not, when it was interrupted.
      for (const index of [...waiting.keys()].sort((left, right) => left - right)) {
        shown = index;
        flush();
      }
      if (!isFolder) printAll(all, format, context);
      else if (format === 'text')
        context.terminal.stderr.write(`${context.say('cli.validate.totals', { total: files.length, ...counts })}\n`);
      if (stopped)
        context.terminal.stderr.write(`${context.say('cli.validate.stopped', { done, total: files.length })}\n`);
    },
  };
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: unknown) => {
    throw new UsageError('cli.out_not_folder', { params: { folder: path, file: path }, cause });
  });
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, content);
  await rename(`${path}.part`, path);
}

function progress(done: number, total: number, { terminal, say }: CommandContext): void {
  if (!terminal.stderr.isTTY || total < 2) return;
  terminal.stderr.write(`\r${say('cli.validate.progress', { done, total })}${done === total ? '\n' : ''}`);
}

function lineOf(report: ServiceReport, path: string, { language, messages, say }: CommandContext): string {
  const { code, params } = report.summary;
  const verdict = say(`validation.verdict.${report.verdict}`);
  return `${verdict}\t${path}\t${messages.translate(code, language, localizeParams(params, language))}`;
}

function printAll(
  reports: readonly ServiceReport[],
  format: string,
  { terminal, messages, language }: CommandContext,
): void {
  if (reports.length === 0) return;
  if (format === 'json') {
    terminal.stdout.write(`${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`);
    return;
  }
  if (format !== 'text') return;
  const translate = (key: string, params: ErrorParams = {}): string =>
    messages.translate(key, language, localizeParams(params, language));
  const formatTime = (time: string): string => `${localize(time, language)} (${time})`;
  const texts = reports.map((report) => renderReportText(report, translate, { formatTime }));
  terminal.stdout.write(`${texts.join('\n\n')}\n`);
}
