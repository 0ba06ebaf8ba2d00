import { PdfSyntaxError } from '../errors.ts';
import { PdfFile } from '../file.ts';
import { defaultLimits, type PdfLimits } from '../limits.ts';
import { checkDocumentActions } from './actions.ts';
import { checkCatalog, checkEmbeddedFiles, checkForm, checkLayers } from './catalog.ts';
import { checkOutputIntents } from './colour.ts';
import { checkFileStructure, checkObjects } from './file-rules.ts';
import { type ArchiveFault, ArchiveFindings } from './findings.ts';
import { type ArchiveMetadataPacket, checkMetadata, claimOf, readPacket } from './metadata.ts';
import { checkPages } from './pages.ts';
import { type ArchiveLevel, rulesFor } from './rules.ts';
import { checkStructure } from './structure.ts';

/** What {@link checkArchive} found. */
export interface ArchiveReport {
  /** What the metadata claim; the level that was examined is B where they name none. */
  readonly claim: { readonly part: 3; readonly level: ArchiveLevel };
  /** How many requirements of ISO 19005-3 were looked at. It is never all of them. */
  readonly checked: number;
  /** Whether each of them was looked at everywhere; false when the file is too large, or a part of it cannot be read. */
  readonly complete: boolean;
  /** Requirements that do not hold, in the order of the clauses. */
  readonly faults: readonly ArchiveFault[];
}

/** An examination is worth less than reading a document: it spends less on one. */
const limits: PdfLimits = { ...defaultLimits, decodedBytes: 64 * 1024 * 1024 };

/**
 * Examines a PDF that claims PDF/A-3 in its metadata against requirements of ISO 19005-3: file structure, colour, fonts, transparency, annotations,
 * actions, metadata, structure (level A), embedded files, layers. Undefined for a file that claims no PDF/A-3. Never throws for what the bytes hold, and never
 * says that a file conforms: what lies in glyphs, images and signatures is not looked at ({@link archiveNotChecked}).
 *
 * @example
 * const report = checkArchive(bytes);
 * if (report) console.log(report.claim.level, report.checked, report.faults.map(({ clause, code }) => `${clause} ${code}`));
 */
export function checkArchive(bytes: Uint8Array): ArchiveReport | undefined {
  if (bytes.length > limits.fileBytes) return undefined;
  const file = new PdfFile(bytes, limits);
  const packet = readPacket(file);
  const claim = claimOf(packet);
  if (claim?.part !== 3) return undefined;
  const level = claim.level ?? 'B';
  const findings = new ArchiveFindings(file, level);
  try {
    examine(findings, packet);
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
    findings.complete = false;
  }
  return {
    claim: { part: 3, level },
    checked: rulesFor(level).length,
    complete: findings.complete && !file.budget.spent,
    faults: findings.faults(),
  };
}

function examine(findings: ArchiveFindings, packet: ArchiveMetadataPacket): void {
  checkFileStructure(findings);
  checkMetadata(findings, packet);
  if (findings.file.trailer.has('Encrypt')) {
    // Nothing behind it can be read.
    findings.complete = false;
    return;
  }
  checkObjects(findings);
  checkCatalog(findings);
  checkForm(findings);
  checkDocumentActions(findings);
  checkEmbeddedFiles(findings);
  checkLayers(findings);
  checkStructure(findings);
  checkPages(findings, checkOutputIntents(findings));
}
