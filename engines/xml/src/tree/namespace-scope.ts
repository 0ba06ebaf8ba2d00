import type { NamespaceDeclaration } from './node.ts';
import { XML_NAMESPACE } from './node.ts';

const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

/** An attribute before prefixes are resolved. */
export interface RawAttribute {
  readonly prefix: string;
  readonly localName: string;
  readonly value: string;
}

/** Namespaces while a document is read: one stack of values per prefix, so that a declaration costs the same at any depth. */
export class NamespaceScope {
  readonly #values: Map<string, string[]> = new Map([
    ['', ['']],
    ['xml', [XML_NAMESPACE]],
  ]);

  /** The namespace of a prefix, or undefined when it is not declared. */
  lookup(prefix: string): string | undefined {
    return this.#values.get(prefix)?.at(-1);
  }

  /** Takes the declarations out of an element's attributes and opens their scope (Namespaces in XML 1.0 clause 3). */
  enter(attributes: readonly RawAttribute[], fail: (reason: string) => never): NamespaceDeclaration[] {
    const declarations: NamespaceDeclaration[] = [];
    for (const { prefix, localName, value } of attributes) {
      const isDefault = prefix === '' && localName === 'xmlns';
      if (!isDefault && prefix !== 'xmlns') continue;
      const name = isDefault ? '' : localName;
      if (declarations.some((entry) => entry.prefix === name)) fail('namespace declared twice');
      if (name === 'xmlns' || value === XMLNS_NAMESPACE) fail('the prefix xmlns');
      if ((name === 'xml') !== (value === XML_NAMESPACE)) fail('the prefix xml');
      if (value === '' && !isDefault) fail('empty namespace');
      declarations.push({ prefix: name, uri: value });
    }
    for (const { prefix, uri } of declarations) {
      const stack = this.#values.get(prefix);
      if (stack) stack.push(uri);
      else this.#values.set(prefix, [uri]);
    }
    return declarations;
  }

  /** Closes the scope of an element's declarations. */
  leave(declarations: readonly NamespaceDeclaration[]): void {
    for (const { prefix } of declarations) this.#values.get(prefix)?.pop();
  }
}
