export { type AuditOptions, auditLog, type LogAudit, type LogFinding, type LogFindingCode } from './audit.ts';
export { decodeBundle, encodeBundle, MAX_ENTRY_BYTES } from './bundle.ts';
export {
  type Checkpoint,
  type CheckpointTrust,
  formatCheckpoint,
  type OpenedCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
export { type Cosignature, cosign, verifyCosignature } from './cosignature.ts';
export {
  type CompleteSubtree,
  decodeEdge,
  edgeRoot,
  emptyEdge,
  encodeEdge,
  growEdge,
  type TreeEdge,
} from './edge.ts';
export { decodeEntry, type EntryContent, encodeEntry, entryHeader } from './entry.ts';
export { MerkleError, type MerkleErrorCode } from './errors.ts';
export { emptyRoot, HASH_BYTES, leafHash, nodeHash } from './hash.ts';
export { formatLogProof, type LogProof, parseLogProof, verifyLogProof } from './log-proof.ts';
export {
  formatNote,
  type NoteSignature,
  parseNote,
  parseSignatureLine,
  type SignedNote,
  signNote,
  verifyNote,
} from './note.ts';
export { formatNoteKey, type NoteKey, type NoteKeyType, noteKey, noteKeyFromSpki, parseNoteKey } from './note-key.ts';
export { parseTilePath, TILE_WIDTH, type TileAddress, tilePath, tilesOf, tileWidth } from './tile.ts';
export { consistencyProof, inclusionProof, type TileReader, treeRoot } from './tile-tree.ts';
export { type TreeHead, verifyConsistency, verifyInclusion } from './verify-proof.ts';
