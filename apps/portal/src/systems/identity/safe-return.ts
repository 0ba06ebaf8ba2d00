/** The page to go back to after signing in, when it is a path of this portal; anything that could lead elsewhere is dropped. */
export function safeReturn(target: string | undefined): string | undefined {
  if (!target?.startsWith('/') || target.startsWith('//') || target.includes('\\')) return undefined;
  try {
    const url = new URL(target, 'https://portal.invalid');
    return url.origin === 'https://portal.invalid' && url.pathname !== '/sign-in' ? target : undefined;
  } catch {
    return undefined;
  }
}
