import { type ReactNode, useEffect, useState } from 'react';
import { useI18n } from '../i18n/language.tsx';
import type { TextKey } from '../i18n/texts.ts';
import { Button } from './button.tsx';
import { type FieldProps, FieldSet } from './field.tsx';
import { Notice } from './notice.tsx';
import { Select } from './select.tsx';
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

interface Places {
  readonly items: readonly PlaceOption[];
  readonly failed: boolean;
  readonly retry: () => void;
}

function usePlaces(key: string, load: Load): Places {
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

interface Level {
  readonly part: 'provinceCode' | 'districtCode' | 'subDistrictCode';
  readonly label: TextKey;
  readonly places: Places;
  readonly disabled: boolean;
  /** What a choice here changes besides the part itself. */
  readonly follow: (code: string) => Partial<AddressValue>;
}

/** The three lists, each waiting for the one above it. */
function useLevels({ value, places }: AddressFieldProps): readonly Level[] {
  const { provinceCode, districtCode } = value;
  const provinces = usePlaces('th', () => places.provinces());
  const districts = usePlaces(provinceCode, () => places.districts(provinceCode));
  const subDistricts = usePlaces(districtCode, () => places.subDistricts(districtCode));
  const postalCode = (code: string): string =>
    subDistricts.items.find((option) => option.code === code)?.postalCode ?? value.postalCode;
  return [
    {
      part: 'provinceCode',
      label: 'address.province',
      places: provinces,
      disabled: false,
      follow: () => ({ districtCode: '', subDistrictCode: '', postalCode: '' }),
    },
    {
      part: 'districtCode',
      label: 'address.district',
      places: districts,
      disabled: !provinceCode,
      follow: () => ({ subDistrictCode: '', postalCode: '' }),
    },
    {
      part: 'subDistrictCode',
      label: 'address.subDistrict',
      places: subDistricts,
      disabled: !districtCode,
      follow: (code) => ({ postalCode: postalCode(code) }),
    },
  ];
}

/** House number and street, then province, district, sub-district; the postal code follows and can be corrected. */
export function AddressField(props: AddressFieldProps): ReactNode {
  const { t } = useI18n();
  const { value, id } = props;
  const levels = useLevels(props);
  const error = (part: AddressPart) => (props.errors?.[part] ? { error: props.errors[part] } : {});
  const change = (parts: Partial<AddressValue>): void => props.onChange({ ...value, ...parts });
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
          onChange={(line) => change({ line })}
          {...error('line')}
        />
        <LevelFields {...props} levels={levels} change={change} />
        <TextField
          id={`${id}-postalCode`}
          label={t('address.postalCode')}
          hint={t('address.postalCodeHint')}
          short
          inputMode="numeric"
          autoComplete="postal-code"
          maxLength={5}
          value={value.postalCode}
          onChange={(postalCode) => change({ postalCode })}
          {...error('postalCode')}
        />
      </div>
    </FieldSet>
  );
}

interface LevelFieldsProps extends AddressFieldProps {
  readonly levels: readonly Level[];
  readonly change: (parts: Partial<AddressValue>) => void;
}

function LevelFields(props: LevelFieldsProps): ReactNode {
  const { t, pick } = useI18n();
  const failed = props.levels.filter((level) => level.places.failed);
  const retry = (): void => {
    for (const level of failed) level.places.retry();
  };
  return (
    <>
      {props.levels.map(({ part, label, places, disabled, follow }) => (
        <Select
          key={part}
          id={`${props.id}-${part}`}
          label={t(label)}
          choices={places.items.map((option) => ({ value: option.code, label: pick(option.name) }))}
          value={props.value[part]}
          disabled={disabled}
          onChange={(code) => props.change({ ...follow(code), [part]: code })}
          {...(props.errors?.[part] ? { error: props.errors[part] } : {})}
        />
      ))}
      {failed.length > 0 && (
        <Notice tone="warning" live actions={<Button onClick={retry}>{t('ui.retry')}</Button>}>
          {t('address.failed')}
        </Notice>
      )}
    </>
  );
}
