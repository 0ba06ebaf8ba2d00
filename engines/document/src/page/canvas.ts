import { serializeNumber } from '@tra/pdf';
import type { EmbeddedFont } from '../font/embedded-font.ts';
import type { Colour } from '../palette.ts';
import type { Cluster } from '../text/shaper.ts';
import type { StructureNode } from './structure.ts';

/** Width and height of A4 in points. */
export const pageWidth = 595.276;
export const pageHeight = 841.89;

/** A number with at most two decimals, as it is written into content. */
export const figure = (value: number): string => serializeNumber(Math.round(value * 100) / 100);

/** The drawing of one page. Positions are points from the lower left corner. */
export class Canvas {
  /** Index of the page. */
  readonly page: number;
  /** Structure elements by marked-content identifier. */
  readonly owners: StructureNode[] = [];
  private readonly operations: string[] = [];

  constructor(page: number) {
    this.page = page;
  }

  /** Adds operators as they are. */
  write(...operators: readonly string[]): void {
    this.operations.push(...operators);
  }

  /** Whatever `draw` draws belongs to `node` of the structure tree. */
  tagged(node: StructureNode, draw: () => void): void {
    const mcid = this.owners.length;
    this.owners.push(node);
    node.content.push({ page: this.page, mcid });
    this.write(`/${node.tag} <</MCID ${mcid}>> BDC`);
    draw();
    this.write('EMC');
  }

  /** Whatever `draw` draws is decoration or a running foot: no reader speaks it. */
  artifact(draw: () => void): void {
    this.write('/Artifact BMC');
    draw();
    this.write('EMC');
  }

  /** One line of text with its baseline at `y`. */
  text(
    clusters: readonly Cluster[],
    place: { x: number; y: number; size: number; font: EmbeddedFont; colour: Colour },
  ): void {
    if (clusters.length === 0) return;
    const { x, y, size, font, colour } = place;
    this.write(
      `BT ${fill(colour)} /${font.resource} ${figure(size)} Tf 1 0 0 1 ${figure(x)} ${figure(y)} Tm ${font.showText(clusters)} TJ ET`,
    );
  }

  /** A straight line. */
  line(
    from: readonly [number, number],
    to: readonly [number, number],
    stroke: { width: number; colour: Colour },
  ): void {
    this.write(
      `q ${strokeColour(stroke.colour)} ${figure(stroke.width)} w ${from.map(figure).join(' ')} m ${to.map(figure).join(' ')} l S Q`,
    );
  }

  /** The content stream. */
  toString(): string {
    return this.operations.join('\n');
  }
}

/** Operator that sets the colour of fills. */
export const fill = (colour: Colour): string => `${colour.map(serializeNumber).join(' ')} rg`;

/** Operator that sets the colour of lines. */
export const strokeColour = (colour: Colour): string => `${colour.map(serializeNumber).join(' ')} RG`;
