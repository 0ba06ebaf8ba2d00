import QRCode from 'qrcode';
import { DocumentError } from '../errors.ts';
import { type Canvas, figure, fill } from '../page/canvas.ts';
import { ink, white } from '../palette.ts';

const quietZone = 4;
const smallestModule = 2.2;
const smallestSide = 108;

/** A QR code ready to be drawn: modules with the quiet zone of four that ISO/IEC 18004 demands. */
export interface QrCode {
  readonly modules: number;
  readonly isDark: (row: number, column: number) => boolean;
  /** Edge length in points with the quiet zone: no module is smaller than 2.2 points (0.78 mm). */
  readonly side: number;
}

/** Encodes `content` with error correction M. Throws {@link DocumentError} `document.qr_too_long`. */
export function encodeQr(content: string): QrCode {
  if (content === '' || content.length > 700) {
    throw new DocumentError('document.qr_too_long', { params: { length: content.length, limit: 700 } });
  }
  const { modules } = QRCode.create(content, { errorCorrectionLevel: 'M' });
  const { size } = modules;
  return {
    modules: size,
    isDark: (row, column) => modules.get(row, column) === 1,
    side: Math.max(smallestSide, (size + 2 * quietZone) * smallestModule),
  };
}

/** Draws the code with its upper left corner, quiet zone included, at the given place. */
export function drawQr(canvas: Canvas, code: QrCode, place: { left: number; top: number }): void {
  const unit = code.side / (code.modules + 2 * quietZone);
  canvas.write(
    'q',
    `${fill(white)} ${figure(place.left)} ${figure(place.top - code.side)} ${figure(code.side)} ${figure(code.side)} re f`,
  );
  const left = place.left + quietZone * unit;
  const top = place.top - quietZone * unit;
  canvas.write(`${unit.toFixed(5)} 0 0 ${(-unit).toFixed(5)} ${left.toFixed(3)} ${top.toFixed(3)} cm`, fill(ink));
  for (let row = 0; row < code.modules; row += 1) {
    for (let column = 0; column < code.modules; column += 1) {
      if (!code.isDark(row, column)) continue;
      const start = column;
      while (column + 1 < code.modules && code.isDark(row, column + 1)) column += 1;
      canvas.write(`${start} ${row} ${column - start + 1} 1 re`);
    }
  }
  canvas.write('f', 'Q');
}
