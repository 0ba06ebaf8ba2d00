import { Sha256 } from '@tra/platform-http';
import { type TSchema, Type } from 'typebox';

const bytes: TSchema = Type.Integer({ description: 'Bytes.' });

/** Answer of GET /api/v1/validations/options. */
export const ValidationOptions: TSchema = Type.Object({
  limits: Type.Object({
    files: Type.Integer({ description: 'Documents that are answered at once; more become a batch.' }),
    fileBytes: bytes,
    detachedFiles: Type.Integer(),
    detachedBytes: bytes,
    trustedCertificates: Type.Integer(),
    batchFiles: Type.Integer(),
    batchBytes: bytes,
    archiveBytes: bytes,
  }),
  retention: Type.Object(
    { keepDays: Type.Integer(), batchHours: Type.Integer() },
    { description: 'How long results stay: days when keeping was asked for, else hours for those of a batch.' },
  ),
  policies: Type.Object({
    names: Type.Array(Type.String()),
    default: Type.String(),
    uploads: Type.Boolean({ description: 'Whether a policy can be sent as a file.' }),
  }),
});

/** Answer of GET /api/v1/validations/policies. */
export const PolicyList: TSchema = Type.Object({
  default: Type.String({ description: 'Key of the policy that applies when none is named.' }),
  items: Type.Array(
    Type.Object({
      key: Type.String({ description: 'By which it is chosen.', examples: ['thailand'] }),
      name: Type.String(),
      description: Type.String(),
      sha256: Sha256,
    }),
  ),
});
