import type { Language } from '@tra/kernel';
import type { Messages } from '@tra/platform-i18n';
import type { FieldProblem, HttpProblem } from './errors.ts';

/** A problem as it is sent (RFC 9457). */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
  readonly traceId: string;
}

/** What turns problems into words. */
export interface ProblemWriter {
  write(problem: HttpProblem, language: Language, traceId: string): ProblemDocument;
  /** The short name of a problem: the message `<code>.title` where there is one, else the name of all problems with `status`. */
  title(problem: { readonly code: string; readonly status: number }, language: Language): string;
}

/** The media type of problems. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Writes problems in the words of `messages`; their type is a page below `publicUrl`. */
export function createProblemWriter(messages: Messages, publicUrl: string): ProblemWriter {
  const title: ProblemWriter['title'] = ({ code, status }, language) => {
    const key = [`${code}.title`, `http.status.${status}`].find((one) => messages.has(one));
    return messages.translate(key ?? 'http.status.other', language);
  };
  const describe = (item: FieldProblem | HttpProblem, language: Language): string => {
    const key = messages.has(item.code) ? item.code : 'http.field.invalid';
    return messages.translate(key, language, item.params ?? {});
  };
  return {
    title,
    write: (problem, language, traceId) => ({
      type: `${publicUrl}/problems/${problem.code}`,
      title: title(problem, language),
      status: problem.status,
      detail: messages.has(problem.code)
        ? messages.translate(problem.code, language, problem.params)
        : title(problem, language),
      code: problem.code,
      errors: problem.errors.map((error) => ({
        pointer: error.pointer,
        code: error.code,
        message: describe(error, language),
      })),
      traceId,
    }),
  };
}
