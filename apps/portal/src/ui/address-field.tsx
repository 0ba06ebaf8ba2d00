import { type ReactNode, useEffect, useState } from 'react';
import { useI18n } from '../i18n/language.tsx';
import { Button } from './button.tsx';
import { Select } from './choices.tsx';
import { type FieldProps, FieldSet } from './field.tsx';
import { Notice } from './notice.tsx';
import { TextField } from './text-field.tsx';

export interface AddressValue {
  readonly line: string;
  readonly provinceCode: string;
  readonly districtCode: string;
  readonly subDistrictCode: string;
  readonly postalCode: string;
}

export const emptyAddress: AddressValue = {
  line: '',
  provinceCode: '',
  districtCode: '',
  subDistrictCode: '',
  postalCode: '',
};

export interface PlaceOption {
  readonly code: string;
  readonly name: { readonly th: string; readonly en: string };
  readonly postalCode?: string;
}

/** Where the lists come from; the caller caches. */
export interface PlaceLoader {
  provinces(): Promise<readonly PlaceOption[]>;
  districts(provinceCode: string): Promise<readonly PlaceOption[]>;
  subDistricts(districtCode: string): Promise<readonly PlaceOption[]>;
}

export type AddressPart = keyof AddressValue;

export interface AddressFieldProps extends FieldProps {
  readonly value: AddressValue;
  readonly onChange: (value: AddressValue) => void;
  readonly places: PlaceLoader;
  /** Messages for single parts, each linked as `<id>-<part>`. */
  readonly errors?: Partial<Record<AddressPart, string>>;
}

type Load = () => Promise<readonly PlaceOption[]>;

function usePlaces(key: string, load: Load): { items: readonly PlaceOption[]; failed: boolean; retry: () => void } {
  const [state, setState] = useState<{ key: string; items: readonly PlaceOption[]; failed: boolean }>();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `load` is a new closure at each render; `key` says when it differs, `attempt` asks again
  useEffect(() => {
    let wanted = true;
    if (key === '') return;
    load().then(
      (items) => wanted && setState({ key, items, failed: false }),
      () => wanted && setState({ key, items: [], failed: true }),
    );
    return () => {
      wanted = false;
    };
  }, [key, attempt]);
  const current = state?.key === key ? state : undefined;
  const retry = () => setAttempt((count) => count + 1);
  return { items: current?.items ?? [], failed: current?.failed ?? false, retry };
}

/** House number and street, then province, district, sub-district; the postal code follows and can be corrected. */
export function AddressField(props: AddressFieldProps): ReactNode {
  const { t, pick } = useI18n();
  const { value, places, id } = props;
  const provinces = usePlaces('th', () => places.provinces());
  const districts = usePlaces(value.provinceCode, () => places.districts(value.provinceCode));
  const subDistricts = usePlaces(value.districtCode, () => places.subDistricts(value.districtCode));
  const lists = [provinces, districts, subDistricts];
  const retry = (): void => {
    for (const list of lists.filter((one) => one.failed)) list.retry();
  };
  const choices = (options: readonly PlaceOption[]) =>
    options.map((option) => ({ value: option.code, label: pick(option.name) }));
  const error = (part: AddressPart) => (props.errors?.[part] ? { error: props.errors[part] } : {});
  const clear = { districtCode: '', subDistrictCode: '', postalCode: '' };
  const chooseSubDistrict = (code: string) => {
    const postalCode = subDistricts.items.find((option) => option.code === code)?.postalCode;
    props.onChange({ ...value, subDistrictCode: code, postalCode: postalCode ?? value.postalCode });
  };
  return (
    <FieldSet {...props}>
      <div className="field-group">
        <TextField
          id={`${id}-line`}
          label={t('address.line')}
          hint={t('address.lineHint')}
          autoComplete="street-address"
          value={value.line}
          maxLength={300}
          onChange={(line) => props.onChange({ ...value, line })}
          {...error('line')}
        />
        <Select
          id={`${id}-provinceCode`}
          label={t('address.province')}
          choices={choices(provinces.items)}
          value={value.provinceCode}
          onChange={(provinceCode) => props.onChange({ ...value, ...clear, provinceCode })}
          {...error('provinceCode')}
        />
        <Select
          id={`${id}-districtCode`}
          label={t('address.district')}
          choices={choices(districts.items)}
          value={value.districtCode}
          disabled={!value.provinceCode}
          onChange={(districtCode) => props.onChange({ ...value, ...clear, districtCode })}
          {...error('districtCode')}
        />
        <Select
          id={`${id}-subDistrictCode`}
          label={t('address.subDistrict')}
          choices={choices(subDistricts.items)}
          value={value.subDistrictCode}
          disabled={!value.districtCode}
          onChange={chooseSubDistrict}
          {...error('subDistrictCode')}
        />
        {lists.some((list) => list.failed) && (
          <Notice tone="warning" live actions={<Button onClick={retry}>{t('ui.retry')}</Button>}>
            {t('address.failed')}
          </Notice>
        )}
        <TextField
          id={`${id}-postalCode`}
          label={t('address.postalCode')}
          hint={t('address.postalCodeHint')}
          short
          inputMode="numeric"
          autoComplete="postal-code"
          maxLength={5}
          value={value.postalCode}
          onChange={(postalCode) => props.onChange({ ...value, postalCode })}
          {...error('postalCode')}
        />
      </div>
    </FieldSet>
  );
}
