import type { AttributeName, Name, NameAttributes } from '@tra/pki';

const attributes: Readonly<Record<keyof NameAttributes, AttributeName>> = {
  country: 'C',
  stateOrProvince: 'ST',
  locality: 'L',
  organization: 'O',
  organizationalUnit: 'OU',
  organizationIdentifier: 'organizationIdentifier',
  title: 'title',
  surname: 'SN',
  givenName: 'GN',
  serialNumber: 'serialNumber',
  commonName: 'CN',
};

/** The attributes of a name that certificates of this system hold; others are left out. */
export function nameAttributesOf(name: Name): NameAttributes {
  const found = Object.entries(attributes).flatMap(([field, attribute]) => {
    const value = name.get(attribute);
    return value === undefined ? [] : [[field, value]];
  });
  return Object.fromEntries(found) as NameAttributes;
}
