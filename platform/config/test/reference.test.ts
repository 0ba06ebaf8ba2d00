import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { defineConfig, renderConfigReference, serverConfig } from '../src/index.ts';

describe('renderConfigReference', () => {
  const page = renderConfigReference([
    serverConfig,
    defineConfig('empty', Type.Object({})),
    defineConfig(
      'sample',
      Type.Object({
        mode: Type.Union([Type.Literal('a'), Type.Literal('b')], { default: 'a', description: 'Mode.' }),
        token: Type.Optional(Type.String({ default: 'hush-hush', description: 'Token.' })),
        region: Type.String({ description: 'Region.' }),
      }),
      { secret: ['token'] },
    ),
  ]);

  it('names each variable with what is allowed, its default and its meaning', () => {
    expect(page).toContain(
      '| `TRA_PORT` | `port` | whole number from 0 to 65535 | `8420` | TCP port; 0 takes a free one. |',
    );
    expect(page).toContain('| `TRA_SAMPLE_MODE` | `mode` | a \\| b | `a` | Mode. |');
    expect(page).toContain('| `TRA_SAMPLE_REGION` | `region` | text | must be given | Region. |');
  });

  it('shows no secret', () => {
    expect(page).not.toContain('hush-hush');
    expect(page).toContain('Token. Secret.');
  });

  it('says so when there is nothing to set', () => {
    expect(page).toContain('## empty\n\nNothing to set.');
  });

  it('has no row that breaks the table', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(7);
  });
});
