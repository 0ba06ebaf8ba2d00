import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ErrorParams } from '@tra/kernel';
import { renderReportText } from '@tra/signature';
import { csvHeader, csvRow, localize, localizeParams, type ServiceReport } from '@tra/system-validation';
import type { CommandContext } from './commands.ts';
import { UsageError } from './usage-error.ts';
import type { FoundFile } from './validate-files.ts';

/** Where reports go. */
export interface ReportOutput {
  add(index: number, report: ServiceReport): Promise<void>;
  unreadable(file: FoundFile): void;
  finish(stopped: boolean): Promise<void>;
}

interface Plan {
  readonly format: 'text' | 'json' | 'csv';
  readonly files: readonly FoundFile[];
  readonly out: string | undefined;
}

/**
 * Prints reports: those of files that were named as one document, those of a folder line by line as they come, in the order of the files. With `out` each report is
 * also written to a file of its own, which is there whole or not at all.
 */
export async function createReportOutput(plan: Plan, context: CommandContext): Promise<ReportOutput> {
  const { files, format, out } = plan;
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
    add: async (index, report) => {
      counts[report.verdict] += 1;
      done += 1;
      if (out !== undefined) await writeReport(join(out, `${files[index]?.below}.report.json`), report);
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

async function writeReport(path: string, report: ServiceReport): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, `${JSON.stringify(report, null, 2)}\n`);
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
