/** A PDF of one page and its second version, in which the amount was changed after signing: enough to show the comparison without a server. */
export function samplePdf(): { readonly bytes: Uint8Array; readonly signedEnd: number } {
  const page = (amount: string): string =>
    stream(
      `BT /F 26 Tf 60 330 Td (Receipt 2569/000123) Tj 0 -60 Td (Amount: ${amount} baht) Tj ET 1 w 60 240 m 480 240 l S`,
    );
  const first = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 540 400] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>',
    page('1,250.00'),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  const signed = section(
    '%PDF-1.7\n',
    first.map((body, index) => [index + 1, body]),
    '',
  );
  const changed = section(signed.text, [[4, page('9,250.00')]], ` /Prev ${signed.start}`);
  return { bytes: new TextEncoder().encode(changed.text), signedEnd: signed.text.length };
}

function stream(content: string): string {
  return `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
}

/** Appends objects, their table and a trailer (ISO 32000-2 clause 7.5); `start` is where the table stands. */
function section(
  before: string,
  objects: readonly (readonly [number: number, body: string])[],
  more: string,
): { readonly text: string; readonly start: number } {
  let text = before;
  const rows = objects.map(([number, body]) => {
    const row = `${number} 1\n${String(text.length).padStart(10, '0')} 00000 n \n`;
    text += `${number} 0 obj\n${body}\nendobj\n`;
    return row;
  });
  const start = text.length;
  const free = more === '' ? '0 1\n0000000000 65535 f \n' : '';
  text += `xref\n${free}${rows.join('')}trailer\n<< /Size 6 /Root 1 0 R${more} >>\nstartxref\n${start}\n%%EOF\n`;
  return { text, start };
}
