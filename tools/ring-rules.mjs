// Which package may import which: the rings of the layout as one function.

/** Why `from` may not import `to`, or undefined when it may. */
export function ringFault(from, to) {
  if (from.folder === to.folder) return undefined;
  if (from.ring === 'engines' && to.ring !== 'engines') return 'an engine touches nothing but engines';
  if (from.folder === 'engines/kernel') return 'the kernel stands alone';
  if (from.ring === 'platform' && to.ring !== 'platform' && to.folder !== 'engines/kernel') {
    return 'the platform knows the kernel only';
  }
  if (from.ring === 'systems' && to.ring === 'systems') return 'a system never imports another system';
  if (from.ring !== 'apps' && to.ring === 'apps') return 'nothing imports an app';
  if (from.folder === 'apps/portal' && to.ring !== 'engines') return 'the portal speaks to systems over HTTP';
  return undefined;
}
