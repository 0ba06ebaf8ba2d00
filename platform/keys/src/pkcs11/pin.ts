import { open } from 'node:fs/promises';
import { KeysError } from '../errors.ts';

/** Where the user PIN of a token comes from: the text, or a file that holds it. The file is read anew at every login. */
export interface PinSource {
  readonly pin?: string;
  readonly pinFile?: string;
}

const longestFile = 1024;

/** Reads the PIN. Rejects with {@link KeysError} `keys.secret_missing`, `keys.secret_invalid`; never with the PIN in it. */
export async function readPin({ pin, pinFile }: PinSource): Promise<string> {
  if (pin && pinFile) throw new KeysError('keys.secret_invalid', { params: { reason: 'both' } });
  const text = pinFile ? await readPinFile(pinFile) : (pin ?? '');
  if (text === '') throw new KeysError('keys.pin_missing');
  return text;
}

async function readPinFile(path: string): Promise<string> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new KeysError('keys.pin_missing', { cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longestFile), 0, longestFile, 0);
    const text = buffer.toString('utf8', 0, bytesRead).replace(/\r?\n$/, '');
    buffer.fill(0);
    return text;
  } finally {
    await file.close();
  }
}
