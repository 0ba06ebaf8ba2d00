import { appended, type PdfAttack } from './attack.ts';
import { docMdp, formWith, opaque, pageWith } from './form-parts.ts';
import {
  at,
  changed,
  firstSignatureObject,
  formText,
  type SignedSampleOptions,
  sampleObjects,
  signedSample,
  signPdf,
  updatePdf,
} from './sample-document.ts';
import { countersigned } from './updates.ts';

function sneaky(
  name: string,
  options: { sample: SignedSampleOptions; rect: string; look: string; entries?: string },
): PdfAttack {
  return {
    name,
    class: 'sneaky signature',
    clause: docMdp,
    build: async (sign) =>
      signPdf(await signedSample({ ...options.sample, sign }), {
        field: 100,
        fieldText: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sneaky) /Rect [${options.rect}] /F 132 /P 4 0 R /V %V /AP << /N 102 0 R >> >>`,
        object: 101,
        ...(options.entries === undefined ? {} : { entries: options.entries }),
        objects: { [at.form]: formWith('100 0 R'), [at.firstPage]: pageWith('100 0 R'), 102: options.look },
        ...(sign === undefined ? {} : { sign }),
      }),
  };
}

const certification = '/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /P 3 /V /1.2 >> >>]';

/** Attacks by further signatures, their fields and their looks. */
export const signatureAttacks: readonly PdfAttack[] = [
  sneaky('a signature whose look covers the content under P=2', {
    sample: { level: 2 },
    rect: '50 740 200 770',
    look: opaque,
  }),
  sneaky('a signature whose look covers the content under P=3', {
    sample: { level: 3 },
    rect: '50 740 200 770',
    look: opaque,
  }),
  sneaky('a signature whose look covers the page', {
    sample: { level: 2 },
    rect: '0 0 595 842',
    look: formText('1 g 0 0 595 842 re f', 595, 842),
  }),
  sneaky('a signature whose look covers the page after an approval', {
    sample: {},
    rect: '0 0 595 842',
    look: formText('1 g 0 0 595 842 re f', 595, 842),
  }),
  sneaky('a signature after a certification against any change', {
    sample: { level: 1 },
    rect: '0 0 0 0',
    look: formText(''),
  }),
  sneaky('a certification that comes second', {
    sample: {},
    rect: '0 0 0 0',
    look: formText(''),
    entries: certification,
  }),
  appended(
    {
      name: 'a signature field without signature over the content under P=2',
      class: 'sneaky signature',
      clause: docMdp,
    },
    {
      [at.form]: formWith('100 0 R'),
      [at.firstPage]: pageWith('100 0 R'),
      100: '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sneaky) /Rect [50 740 200 770] /AP << /N 102 0 R >> >>',
      102: opaque,
    },
    { sample: { level: 2 } },
  ),
  appended(
    { name: 'a signature without ByteRange', class: 'sneaky signature', clause: 'ISO 32000-2 12.8.1' },
    {
      [at.secondSignature]: changed(at.secondSignature, '/FT /Sig', '/FT /Sig /V 101 0 R'),
      101: '<< /Type /Sig /Filter /Adobe.PPKLite >>',
    },
    { sample: { level: 2 } },
  ),
  {
    name: 'the look of a signature that was there changed',
    class: 'sneaky signature',
    clause: 'ISO 32000-2 12.7.5.5',
    build: async (sign) =>
      updatePdf(await countersigned(await signedSample({ sign }), sign), {
        [at.firstSignature]: (sampleObjects[at.firstSignature] ?? '').replace(
          />>$/,
          `/V ${firstSignatureObject} 0 R /AP << /N 102 0 R >> >>`,
        ),
        102: opaque,
      }),
  },
  appended(
    { name: 'a signed field moved over the content', class: 'sneaky signature', clause: 'ISO 32000-2 12.7.5.5' },
    {
      [at.firstSignature]: (sampleObjects[at.firstSignature] ?? '')
        .replace(/>>$/, `/V ${firstSignatureObject} 0 R >>`)
        .replace('50 100 200 150', '50 740 200 770'),
    },
  ),
  {
    name: 'a signature on two pages, over the content of the first',
    class: 'sneaky signature',
    clause: docMdp,
    build: async (sign) =>
      signPdf(await signedSample({ level: 2, sign }), {
        field: 100,
        fieldText:
          '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sneaky) /Rect [50 600 200 640] /F 132 /P 4 0 R /V %V /AP << /N 102 0 R >> >>',
        object: 101,
        objects: {
          [at.form]: formWith('100 0 R'),
          [at.firstPage]: pageWith('100 0 R'),
          [at.secondPage]: changed(at.secondPage, '/Contents', '/Annots [100 0 R] /Contents'),
          102: opaque,
        },
        ...(sign === undefined ? {} : { sign }),
      }),
  },
];
