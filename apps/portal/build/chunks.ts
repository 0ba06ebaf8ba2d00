/** A group of modules that are fetched together. */
interface Group {
  readonly name: string;
  readonly test: (id: string) => boolean;
  readonly priority: number;
}

const libraries = /node_modules\/(react|react-dom|scheduler|@tanstack)\//;
const frame =
  /apps\/portal\/src\/(shell\/(?!router|pages|session-dialogs)|i18n\/(?!messages))|\/src\/api\/(client|portal-client|problem|session|upload|use-session)\.ts/;
const frameUi = /\/src\/ui\/(button|frame|icon|notice|page|progress|seal|toast)\.(tsx?|css)/;
const everyday =
  /\/src\/ui\/(checkbox|copy|disclosure|field|file-rules|file-upload|later|lists|select|status-tag|verdict-card)\.(tsx?|css)|\/src\/systems\/(failure|loaded|save-file)\.tsx?/;

/**
 * Without it every module that two pages share would be a file of its own: some fifty small requests before a page stands, a second or more of waiting on
 * a slow network. What every page needs comes as one file, what most forms and results need as another.
 */
export const groups: Group[] = [
  { name: 'libraries', test: (id) => libraries.test(id), priority: 3 },
  { name: 'frame', test: (id) => frame.test(id) || frameUi.test(id), priority: 2 },
  { name: 'everyday', test: (id) => everyday.test(id), priority: 1 },
];
