import { contentOperators, readInlineImage } from '../content-stream.ts';
import { PdfSyntaxError } from '../errors.ts';
import { PdfDict, PdfName, type PdfRef, PdfStream, type PdfValue } from '../objects.ts';
import type { Parser } from '../wire/parser.ts';
import { type ColourPlace, type ColourUse, noteColourSpace, noteDevice } from './colour.ts';
import { checkGraphicsState, checkImage, renderingIntents } from './drawing.ts';
import { type ArchiveFindings, placeOf } from './findings.ts';

const operators: ReadonlySet<string> = new Set(
  (
    'b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l M m MP n q Q re RG rg ri s S SC sc SCN scn sh ' +
    'T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y \' "'
  ).split(' '),
);

const inlineFilters: ReadonlySet<string> = new Set([
  ...['ASCIIHexDecode', 'ASCII85Decode', 'FlateDecode', 'RunLengthDecode', 'CCITTFaxDecode', 'DCTDecode'],
  ...['AHx', 'A85', 'Fl', 'RL', 'CCF', 'DCT'],
]);

const deviceOperators: Readonly<Record<string, string>> = {
  ...{ g: 'DeviceGray', G: 'DeviceGray', rg: 'DeviceRGB', RG: 'DeviceRGB', k: 'DeviceCMYK', K: 'DeviceCMYK' },
};

const mostOperators = 2_000_000;
const deepest = 12;
const deepestState = 28;

/** A font that shows something, with how it is shown. */
export interface UsedFont {
  readonly dict: PdfDict;
  readonly place: string;
  /** Whether anything of it is seen (text rendering mode other than 3). */
  visible: boolean;
}

/** What the content of a page and everything that it draws uses. */
export interface ContentUse {
  readonly fonts: Map<PdfDict, UsedFont>;
  readonly colours: ColourUse;
  /** Whether anything is drawn through something else. */
  transparent: boolean;
}

/** Content with the resources that it names. */
export interface Content {
  readonly data: Uint8Array;
  /** Its own, and those of the page that it may not rely on. */
  readonly resources: PdfDict | undefined;
  readonly inherited?: PdfDict;
  readonly place: string;
}

interface State {
  font: UsedFont | undefined;
  mode: number;
}

/** Follows content streams with all that they draw (ISO 32000-1 clause 8), each form, pattern and glyph once. */
export class ContentReader {
  readonly #findings: ArchiveFindings;
  readonly #use: ContentUse;
  readonly #seen: Set<PdfStream>;
  #operators: { count: number };

  constructor(
    findings: ArchiveFindings,
    use: ContentUse,
    shared: { seen: Set<PdfStream>; operators: { count: number } },
  ) {
    this.#findings = findings;
    this.#use = use;
    this.#seen = shared.seen;
    this.#operators = shared.operators;
  }

  /** Reads one content stream; one that cannot be read to its end leaves the findings incomplete. */
  read(content: Content, depth = 0): void {
    try {
      this.#run(content, depth);
    } catch (error) {
      if (!(error instanceof PdfSyntaxError)) throw error;
      this.#findings.complete = false;
    }
  }

  #run(content: Content, depth: number): void {
    const { data, place } = content;
    const saved: State[] = [];
    let state: State = { font: undefined, mode: 0 };
    for (const { operands, parser, word } of contentOperators(data, this.#findings.file.limits.depth)) {
      this.#operators.count += 1;
      if (this.#operators.count > mostOperators) throw new PdfSyntaxError('pdf.limit_reached', 'operators');
      if (word === 'q') {
        saved.push({ ...state });
        this.#findings.demand(saved.length <= deepestState, 'pdfa.state_nesting', place);
      } else if (word === 'Q') state = saved.pop() ?? state;
      else if (word === 'BI') this.#inlineImage(parser, content);
      else if (operators.has(word)) this.#operator(word, operands, { content, state, depth });
      else this.#findings.fault('pdfa.operator', `${place} ${word.slice(0, 20)}`);
    }
  }

  #operator(
    word: string,
    operands: readonly PdfValue[],
    at: { readonly content: Content; readonly state: State; readonly depth: number },
  ): void {
    const { content, depth, state } = at;
    const last = operands.at(-1);
    const name = last instanceof PdfName ? last.name : undefined;
    const device = Object.hasOwn(deviceOperators, word) ? deviceOperators[word] : undefined;
    if (device) noteDevice(device, this.#colourPlace(content));
    else if (word === 'cs' || word === 'CS') this.#colourSpace(name, content);
    else if (word === 'scn' || word === 'SCN') this.#pattern(name, content, depth);
    else if (word === 'sh') this.#shading(name, content);
    else if (word === 'Do') this.#draw(name, content, depth);
    else if (word === 'gs') this.#graphicsState(name, content, depth);
    else if (word === 'ri') this.#intent(name, content.place);
    else if (word === 'Tr') state.mode = typeof last === 'number' ? last : 0;
    else if (word === 'Tf') this.#font(operands[0], at);
    else if (word === 'Tj' || word === 'TJ' || word === "'" || word === '"') showText(state);
  }

  /** A resource of the content's own; one that is found only above breaks clause 6.2.2. */
  #resource(kind: string, name: string | undefined, { inherited, place, resources }: Content): PdfValue | undefined {
    if (name === undefined) return undefined;
    const { file } = this.#findings;
    const own = file.dict(resources?.get(kind))?.get(name);
    if (own !== undefined) return own;
    const above = file.dict(inherited?.get(kind))?.get(name);
    if (above !== undefined) this.#findings.fault('pdfa.resources_inherited', `${place} ${name}`);
    return above;
  }

  #colourSpace(name: string | undefined, content: Content): void {
    const held = this.#resource('ColorSpace', name, content);
    const space = held ?? (name === undefined ? undefined : new PdfName(name));
    noteColourSpace(this.#findings, space, this.#colourPlace(content));
  }

  #colourPlace({ place, resources }: Content, named: string = place): ColourPlace {
    const spaces = this.#findings.file.dict(resources?.get('ColorSpace'));
    return { use: this.#use.colours, place: named, ...(spaces ? { defaults: new Set(spaces.keys()) } : {}) };
  }

  #shading(name: string | undefined, content: Content): void {
    const shading = this.#findings.file.dict(this.#resource('Shading', name, content));
    if (shading) noteColourSpace(this.#findings, shading.get('ColorSpace'), this.#colourPlace(content));
  }

  #pattern(name: string | undefined, content: Content, depth: number): void {
    if (name === undefined) return;
    const { file } = this.#findings;
    const held = this.#resource('Pattern', name, content);
    const pattern = file.get(held);
    const place = placeOf(held, content.place);
    if (pattern instanceof PdfStream) this.#form(pattern, { place, depth, above: content });
    else if (pattern instanceof PdfDict) {
      const space = file.dict(pattern.get('Shading'))?.get('ColorSpace');
      noteColourSpace(this.#findings, space, this.#colourPlace(content, place));
      const state = file.dict(pattern.get('ExtGState'));
      if (state) this.#state(state, { place, depth, above: content });
    }
  }

  #draw(name: string | undefined, content: Content, depth: number): void {
    const held = this.#resource('XObject', name, content);
    const object = this.#findings.file.get(held);
    if (!(object instanceof PdfStream)) return;
    const place = placeOf(held, content.place);
    this.drawObject(object, { place, depth, above: content });
  }

  /** An image or form, as a page, an annotation or another form draws it. */
  drawObject(object: PdfStream, at: { place: string; depth: number; above?: Content }): void {
    const { file } = this.#findings;
    const { dict } = object;
    const kind = file.name(dict.get('Subtype'));
    if (kind === 'Form') this.#form(object, at);
    else if (kind === 'PS') this.#findings.fault('pdfa.form_postscript', at.place);
    else if (!this.#seen.has(object)) {
      this.#seen.add(object);
      if (
        checkImage(
          this.#findings,
          dict,
          this.#colourPlace(at.above ?? { data: new Uint8Array(), resources: undefined, place: at.place }, at.place),
        )
      )
        this.#use.transparent = true;
      const mask = file.get(dict.get('SMask'));
      if (mask instanceof PdfStream && at.depth < deepest) this.drawObject(mask, { ...at, depth: at.depth + 1 });
    }
  }

  #form(form: PdfStream, { above, depth, place }: { place: string; depth: number; above?: Content }): void {
    if (this.#seen.has(form) || depth > deepest) return;
    this.#seen.add(form);
    const { file } = this.#findings;
    const { dict } = form;
    const opi = dict.has('OPI');
    const postscript = dict.has('PS') || file.name(dict.get('Subtype2')) === 'PS' || opi;
    this.#findings.demand(!postscript, 'pdfa.form_postscript', place);
    this.#findings.demand(!dict.has('Ref'), 'pdfa.form_reference', place);
    if (file.name(file.dict(dict.get('Group'))?.get('S')) === 'Transparency') this.#use.transparent = true;
    const inherited = above?.resources ?? above?.inherited;
    const resources = file.dict(dict.get('Resources'));
    this.#decoded(form, (data) =>
      this.read({ data, place, resources, ...(inherited ? { inherited } : {}) }, depth + 1),
    );
  }

  #decoded(stream: PdfStream, use: (data: Uint8Array) => void): void {
    try {
      use(this.#findings.file.decode(stream));
    } catch (error) {
      if (!(error instanceof PdfSyntaxError)) throw error;
      this.#findings.complete = false;
    }
  }

  #graphicsState(name: string | undefined, content: Content, depth: number): void {
    const held = this.#resource('ExtGState', name, content);
    const dict = this.#findings.file.dict(held);
    if (dict) this.#state(dict, { place: placeOf(held, content.place), depth, above: content });
  }

  #state(dict: PdfDict, at: { place: string; depth: number; above: Content }): void {
    const { file } = this.#findings;
    if (checkGraphicsState(this.#findings, dict, at.place)) this.#use.transparent = true;
    const mask = file.dict(dict.get('SMask'));
    const group = file.get(mask?.get('G'));
    if (group instanceof PdfStream) this.#form(group, at);
  }

  #intent(name: string | undefined, place: string): void {
    if (name !== undefined) this.#findings.demand(renderingIntents.has(name), 'pdfa.rendering_intent', place);
  }

  #font(
    operand: PdfValue | undefined,
    { content, depth, state }: { content: Content; state: State; depth: number },
  ): void {
    const name = operand instanceof PdfName ? operand.name : undefined;
    const held = this.#resource('Font', name, content);
    const dict = this.#findings.file.dict(held);
    state.font = undefined;
    if (!dict) return;
    const place = placeOf(held, content.place);
    const known = this.#use.fonts.get(dict);
    state.font = known ?? { dict, place, visible: false };
    if (known) return;
    this.#use.fonts.set(dict, state.font);
    this.#glyphs(dict, { place, depth, above: content });
  }

  /** The glyphs of a Type 3 font are content. */
  #glyphs(dict: PdfDict, { above, depth, place }: { place: string; depth: number; above: Content }): void {
    const { file } = this.#findings;
    if (file.name(dict.get('Subtype')) !== 'Type3') return;
    const resources = file.dict(dict.get('Resources')) ?? above.resources;
    for (const procedure of file.dict(dict.get('CharProcs'))?.values() ?? []) {
      const stream = file.get(procedure as PdfRef);
      if (!(stream instanceof PdfStream) || this.#seen.has(stream) || depth > deepest) continue;
      this.#seen.add(stream);
      this.#decoded(stream, (data) => this.read({ data, place, resources }, depth + 1));
    }
  }

  /** An image in the content itself (clause 6.1.10). */
  #inlineImage(parser: Parser, content: Content): void {
    const dict = readInlineImage(parser);
    const listed = dict.get('F') ?? dict.get('Filter') ?? null;
    for (const filter of Array.isArray(listed) ? (listed as PdfValue[]) : [listed])
      if (filter instanceof PdfName)
        this.#findings.demand(inlineFilters.has(filter.name), 'pdfa.inline_filter', content.place);
    if (dict.get('I') === true || dict.get('Interpolate') === true)
      this.#findings.fault('pdfa.image_interpolate', content.place);
    const space = dict.get('CS') ?? dict.get('ColorSpace');
    const held = space instanceof PdfName ? (this.#resource('ColorSpace', space.name, content) ?? space) : space;
    noteColourSpace(this.#findings, held, this.#colourPlace(content));
  }
}

function showText({ font, mode }: State): void {
  if (font && mode !== 3) font.visible = true;
}
