import type { QueryClient } from '@tanstack/react-query';
import { queries } from '../../api/index.ts';
import type { PlaceLoader } from '../../ui/address-field.tsx';

/** Provinces, districts and sub-districts, each list fetched once. */
export function placeLoader(client: QueryClient): PlaceLoader {
  return {
    provinces: () => client.fetchQuery(queries.provinces()),
    districts: (province) => client.fetchQuery(queries.districts(province)),
    subDistricts: (district) => client.fetchQuery(queries.subDistricts(district)),
  };
}
