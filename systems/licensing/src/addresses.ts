import { readFileSync } from 'node:fs';
import type { LocalizedText } from '@tra/kernel';

/** A province, district or sub-district. */
export interface Place {
  readonly code: string;
  readonly name: LocalizedText;
  /** The first postal code of a sub-district. */
  readonly postalCode?: string;
  /** All of them, where parts of a sub-district have different ones. */
  readonly postalCodes?: readonly string[];
}

/** The administrative areas of Thailand by the codes of the Department of Provincial Administration. */
export interface Addresses {
  provinces(): readonly Place[];
  /** Districts of a province; undefined when there is no such province. */
  findDistricts(provinceCode: string): readonly Place[] | undefined;
  /** Sub-districts of a district; undefined when there is no such district. */
  findSubDistricts(districtCode: string): readonly Place[] | undefined;
  find(code: string): Place | undefined;
}

type Row = readonly [code: string, th: string, en: string, postalCodes?: string];
interface Table {
  readonly provinces: readonly Row[];
  readonly districts: readonly Row[];
  readonly subDistricts: readonly Row[];
}

function place([code, th, en, postal]: Row): Place {
  const base = { code, name: { th, en } };
  if (postal === undefined) return base;
  const postalCodes = postal.split(' ');
  return { ...base, postalCode: postalCodes[0] ?? '', postalCodes };
}

function byParent(rows: readonly Place[]): ReadonlyMap<string, readonly Place[]> {
  const groups = new Map<string, Place[]>();
  for (const row of rows) {
    const parent = row.code.slice(0, -2);
    const group = groups.get(parent);
    if (group) group.push(row);
    else groups.set(parent, [row]);
  }
  return groups;
}

/** Reads the table that the package ships (`data/addresses.json`). */
export function loadAddresses(): Addresses {
  const file = new URL('../data/addresses.json', import.meta.url);
  const table = JSON.parse(readFileSync(file, 'utf8')) as Table;
  const provinces = table.provinces.map(place);
  const districts = table.districts.map(place);
  const subDistricts = table.subDistricts.map(place);
  const all = new Map([...provinces, ...districts, ...subDistricts].map((item) => [item.code, item]));
  const districtsOf = byParent(districts);
  const subDistrictsOf = byParent(subDistricts);
  return {
    provinces: () => provinces,
    findDistricts: (code) => (code.length === 2 ? districtsOf.get(code) : undefined),
    findSubDistricts: (code) => (code.length === 4 ? subDistrictsOf.get(code) : undefined),
    find: (code) => all.get(code),
  };
}
