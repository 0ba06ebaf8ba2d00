import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const flags = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
];

/** Where a Chromium is: TRA_CHROMIUM, a usual place, or Debian's package, installed when this is allowed. */
export function findChromium(): string {
  const asked = process.env.TRA_CHROMIUM;
  if (asked) {
    if (existsSync(asked)) return asked;
    throw new Error(`TRA_CHROMIUM names ${asked}, which is not there.`);
  }
  const found = places.find((place) => existsSync(place));
  return found ?? install();
}

function install(): string {
  const how = 'Install Chromium (Debian: apt-get install chromium) or set TRA_CHROMIUM to its path.';
  if (process.getuid?.() !== 0) throw new Error(`No Chromium found, and only root can install it. ${how}`);
  console.error('No Chromium found: installing the Debian package.');
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'] as const,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  try {
    execFileSync('apt-get', ['update', '-qq'], { ...options, stdio: [...options.stdio] });
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      ...options,
      stdio: [...options.stdio],
    });
  } catch {
    throw new Error(`Installing Chromium by apt-get did not work. ${how}`);
  }
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error(`apt-get installed no Chromium in a usual place. ${how}`);
  return found;
}

/** A Chromium with a fresh profile. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: flags, headless: true });
}
