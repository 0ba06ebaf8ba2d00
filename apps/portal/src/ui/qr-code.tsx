import { type ReactNode, useEffect, useState } from 'react';
import './qr-code.css';

/** Light border that scanners need, in modules (ISO/IEC 18004 clause 5.3.8). */
const QUIET = 4;

/** A QR code, large enough to scan from a screen and from paper. The text it holds must also stand beside it. */
export function QrCode(props: { content: string; label: string }): ReactNode {
  const [drawing, setDrawing] = useState<{ size: number; path: string }>();
  useEffect(() => {
    let wanted = true;
    import('qrcode').then(
      ({ default: qrcode }) => {
        if (wanted) setDrawing(draw(qrcode.create(props.content, { errorCorrectionLevel: 'M' }).modules));
      },
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [props.content]);
  const box = drawing ? drawing.size + 2 * QUIET : 0;
  return (
    <div className="qr-code">
      {drawing && (
        <svg viewBox={`0 0 ${box} ${box}`} role="img" aria-label={props.label} shapeRendering="crispEdges">
          <path d={drawing.path} />
        </svg>
      )}
    </div>
  );
}

function draw(modules: { readonly size: number; get(row: number, column: number): number | boolean }): {
  size: number;
  path: string;
} {
  let path = '';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column)) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
    }
  }
  return { size: modules.size, path };
}
