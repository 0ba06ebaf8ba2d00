import { PROCESS_POLICY_VERSION } from './policy.ts';
import { type LevelRule, levels, type RuleKind } from './rules.ts';
import { type PartShape, policyParts } from './shape.ts';

type Schema = Readonly<Record<string, unknown>>;

const level: Schema = { enum: levels };
const texts: Schema = { type: 'array', items: { type: 'string', maxLength: 500 }, maxItems: 1000 };
const count: Schema = { type: 'integer', minimum: 0, maximum: 999_999_999_999 };
const text: Schema = { type: 'string', maxLength: 2000 };
const day: Schema = { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' };

/** An object that holds these members and no others. */
function closed(required: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}): Schema {
  return {
    type: 'object',
    required: Object.keys(required),
    additionalProperties: false,
    properties: { ...required, ...optional },
  };
}

const rule = (members: Readonly<Record<string, Schema>> = {}): Schema =>
  closed({ level, ...members } satisfies Record<keyof LevelRule, Schema>);

const ruleSchemas: Readonly<Record<RuleKind, Schema>> = {
  level: rule(),
  values: rule({ values: texts }),
  value: rule({ value: text }),
  number: rule({ minimum: count }),
  duration: rule({ value: count, unit: { enum: ['milliseconds', 'seconds', 'minutes', 'hours', 'days'] } }),
  certificates: rule({ extensions: texts, policies: texts }),
};

const levelMembers: Readonly<Record<string, Schema>> = {
  digestLevel: level,
  encryptionLevel: level,
  keyLengthLevel: level,
  expirationLevel: level,
  updated: day,
  expirationLevelAfterUpdate: level,
};

const list = (items: Schema): Schema => ({ type: 'array', items, maxItems: 1000 });

const catalogue = closed(
  {
    level,
    digests: list(closed({ name: text }, { from: day, until: day })),
    signatures: list(closed({ name: text, keyLength: count }, { longest: count, digest: text, from: day, until: day })),
  },
  levelMembers,
);

function partSchema(shape: PartShape): Schema {
  const members: Record<string, Schema> = {};
  for (const [name, kind] of Object.entries(shape.table)) members[name] = { $ref: `#/$defs/${kind}` };
  for (const { field, shape: inner } of shape.parts) members[field] = partSchema(inner);
  if (shape.algorithms) members.algorithms = { $ref: '#/$defs/algorithmLevels' };
  return closed({}, members);
}

/** JSON Schema (2020-12) of {@link ProcessPolicy}. {@link readProcessPolicy} takes exactly what it allows. */
export const processPolicySchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Validation policy',
  $defs: { ...ruleSchemas, algorithmLevels: closed({}, { level, ...levelMembers }) },
  ...closed(
    {
      version: { const: PROCESS_POLICY_VERSION },
      name: { ...text, minLength: 1 },
      model: { enum: ['shell', 'chain', 'hybrid'] },
      algorithms: catalogue,
    },
    { description: text, ...Object.fromEntries(policyParts.map(({ field, shape }) => [field, partSchema(shape)])) },
  ),
};
