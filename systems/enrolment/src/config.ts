import { type ConfigSection, defineConfig } from '@tra/platform-config';
import { Type } from 'typebox';

/** Settings of enrolment. */
export interface EnrolmentConfig {
  readonly acme: 'off' | 'credential' | 'open';
  readonly acmeTerms: string;
  readonly acmeOrderHours: number;
  readonly acmeAuthorizationHours: number;
  readonly acmePendingOrders: number;
  readonly acmeHttpPort: number;
  readonly acmeTlsPort: number;
  readonly caa: boolean;
  readonly caaIdentities: readonly string[];
  readonly allowedNames: readonly string[];
  readonly est: 'off' | 'on';
  readonly estClientCertificates: boolean;
}

const port = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 1, maximum: 65_535, description });

/** The section `enrolment`. */
export const config: ConfigSection<EnrolmentConfig> = defineConfig<EnrolmentConfig>(
  'enrolment',
  Type.Object({
    acme: Type.Union([Type.Literal('off'), Type.Literal('credential'), Type.Literal('open')], {
      default: 'credential',
      description:
        'Who may open an ACME account: nobody, whoever a registrar gave a credential (external account binding), or everybody.',
    }),
    acmeTerms: Type.String({
      default: '',
      maxLength: 500,
      description: 'Address of the subscriber agreement that ACME clients must accept; none when empty.',
    }),
    acmeOrderHours: Type.Integer({
      default: 168,
      minimum: 1,
      maximum: 8_760,
      description: 'For how long an ACME order and its open authorizations can be completed, hours.',
    }),
    acmeAuthorizationHours: Type.Integer({
      default: 168,
      minimum: 1,
      maximum: 8_760,
      description: 'For how long a proven name can be used again by the same ACME account, hours.',
    }),
    acmePendingOrders: Type.Integer({
      default: 300,
      minimum: 1,
      maximum: 100_000,
      description: 'How many unfinished orders one ACME account may have.',
    }),
    acmeHttpPort: port(
      80,
      'Port that http-01 challenges are read from. Anything but 80 is for tests and closed networks.',
    ),
    acmeTlsPort: port(
      443,
      'Port that tls-alpn-01 challenges are read from. Anything but 443 is for tests and closed networks.',
    ),
    caa: Type.Boolean({
      default: true,
      description: 'Whether CAA records (RFC 8659) of every domain name are obeyed before a certificate is issued.',
    }),
    caaIdentities: Type.Array(Type.String({ maxLength: 253 }), {
      default: [],
      description: 'Names by which CAA records allow this CA to issue, such as ca.example.go.th.',
    }),
    allowedNames: Type.Array(Type.String({ maxLength: 253 }), {
      default: [],
      description: 'Domain names, each with everything below it, that may be certified; any when empty.',
    }),
    est: Type.Union([Type.Literal('off'), Type.Literal('on')], {
      default: 'on',
      description: 'Whether devices enrol by EST (RFC 7030) with a credential from a registrar.',
    }),
    estClientCertificates: Type.Boolean({
      default: false,
      description:
        'Whether the header Client-Cert (RFC 9440) is believed. Only behind a proxy that verifies client certificates and removes this header from requests.',
    }),
  }),
);
