import { type TArray, type TString, Type } from 'typebox';

/** Settings of the certificate policy and the certification practice statement. */
export interface PolicySettings {
  readonly policyArc: string;
  readonly policyOids: readonly string[];
  readonly policyAuthorityTh: string;
  readonly policyAuthorityEn: string;
  readonly policyContact: string;
  readonly policyStatements: readonly string[];
  readonly cpsUrl: string;
}

function text(description: string, maxLength: number = 200): TString {
  return Type.String({ default: '', maxLength, description });
}

/** These settings within the section `pki`. */
export const policySettings: {
  readonly policyArc: TString;
  readonly policyOids: TArray<TString>;
  readonly policyAuthorityTh: TString;
  readonly policyAuthorityEn: TString;
  readonly policyContact: TString;
  readonly policyStatements: TArray<TString>;
  readonly cpsUrl: TString;
} = {
  policyArc: Type.String({
    default: '2.25.153255563690168714939731496745965233419',
    maxLength: 200,
    pattern: '^[0-2](\\.(0|[1-9][0-9]*)){1,20}$',
    description:
      'OID below which the policies have theirs: .1 the certificate policy, .2 the practice statement, .3.n the policy of each profile. The default is a UUID of the product (ITU-T X.667): set one of your own.',
  }),
  policyOids: Type.Array(
    Type.String({
      pattern:
        '^(time-stamping|document-signer|e-seal|officer|tls-server|ocsp-responder|trusted-list-signer)=[0-2](\\.(0|[1-9][0-9]*)){1,20}$',
    }),
    {
      default: [],
      description: 'Policy OID of single profiles in place of the one below the arc, such as `e-seal=2.16.764.1.1.7`.',
    },
  ),
  policyAuthorityTh: text('Who is responsible for the policy documents, in Thai; the organisation when empty.'),
  policyAuthorityEn: text('Who is responsible for the policy documents, in English; the organisation when empty.'),
  policyContact: text(
    'Where to write about the policy documents or a misused certificate: mail address or web address.',
  ),
  policyStatements: Type.Array(
    Type.String({ maxLength: 8000, pattern: '^[1-9](\\.[1-9][0-9]?){0,2} (th|en) \\S[\\s\\S]*$' }),
    {
      default: [],
      description:
        'What the organisation states in a section of both policy documents: section, language, text, such as `5.1.1 en Two sites in Bangkok.`; always in both languages. A text with a comma must stand in the file.',
    },
  ),
  cpsUrl: Type.String({
    default: '',
    maxLength: 500,
    pattern: '^(https?://[^\\s]+)?$',
    description: 'Address of the practice statement in certificates; /pki/cps at the public address when empty.',
  }),
};
