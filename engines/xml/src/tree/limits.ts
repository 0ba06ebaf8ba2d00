/** What a document may cost; more is refused by name before it is paid. */
export interface XmlLimits {
  /** Bytes of the document. 20 MiB unless told. */
  readonly maxBytes: number;
  /** Levels of elements. 200 unless told. */
  readonly maxDepth: number;
  /** Attributes and namespace declarations of one element. 512 unless told. */
  readonly maxAttributes: number;
  /** Elements, texts, comments, processing instructions and attributes together. 1,000,000 unless told. */
  readonly maxNodes: number;
}

export const defaultXmlLimits: XmlLimits = {
  maxBytes: 20 * 1024 * 1024,
  maxDepth: 200,
  maxAttributes: 512,
  maxNodes: 1_000_000,
};
