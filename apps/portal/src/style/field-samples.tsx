import { type ReactNode, useState } from 'react';
import { useI18n } from '../i18n/index.ts';
import {
  AddressField,
  type AddressValue,
  Checkbox,
  CheckboxGroup,
  DateField,
  ErrorSummary,
  emptyAddress,
  FileUpload,
  MoneyField,
  RadioGroup,
  Select,
  TextArea,
  TextField,
} from '../ui/index.ts';
import { sample, samplePlaces } from './samples.ts';

/** Every form control, empty, filled and in error. */
export function FieldSamples(): ReactNode {
  return (
    <div className="style-columns">
      <TextSamples />
      <ChoiceSamples />
    </div>
  );
}

function TextSamples(): ReactNode {
  const { language } = useI18n();
  const words = sample[language];
  const [name, setName] = useState<string>(words.shop);
  const [id, setId] = useState('110370207181');
  const [detail, setDetail] = useState('');
  const [capital, setCapital] = useState('50000.00');
  const [date, setDate] = useState('2026-11-20');
  const [address, setAddress] = useState<AddressValue>({ ...emptyAddress, provinceCode: '10' });
  return (
    <div className="stack stretch">
      <ErrorSummary errors={[{ id: 's-id', message: words.idError }]} attempt={0} />
      <TextField id="s-name" label={words.nameLabel} value={name} onChange={setName} />
      <TextField
        id="s-id"
        label={words.idLabel}
        hint={words.idHint}
        error={words.idError}
        short
        value={id}
        onChange={setId}
      />
      <TextArea id="s-detail" label={words.detailLabel} optional value={detail} onChange={setDetail} />
      <MoneyField id="s-capital" label={words.capitalLabel} value={capital} onChange={setCapital} />
      <DateField id="s-date" label={words.dateLabel} value={date} onChange={setDate} />
      <AddressField
        id="s-address"
        label={words.addressLabel}
        value={address}
        onChange={setAddress}
        places={samplePlaces}
      />
      <TextField id="s-off" label={words.reference} value="EC-7K2M-9QRT" disabled onChange={() => undefined} />
    </div>
  );
}

function ChoiceSamples(): ReactNode {
  const { language } = useI18n();
  const words = sample[language];
  const [kind, setKind] = useState('natural');
  const [channels, setChannels] = useState<string[]>([]);
  const [agreed, setAgreed] = useState(true);
  const kinds = [
    { value: 'natural', label: words.kindA },
    { value: 'juristic', label: words.kindB },
  ];
  const channelChoices = [
    { value: 'website', label: words.channelA },
    { value: 'marketplace', label: words.channelB, hint: words.channelHint },
  ];
  return (
    <div className="stack stretch">
      <RadioGroup id="s-kind" label={words.kindLabel} choices={kinds} value={kind} onChange={setKind} />
      <CheckboxGroup
        id="s-channels"
        label={words.channelsLabel}
        choices={channelChoices}
        error={words.choiceError}
        value={channels}
        onChange={setChannels}
      />
      <Select id="s-select" label={words.kindLabel} choices={kinds} value="" onChange={() => undefined} />
      <Checkbox id="s-agree" label={words.agree} value={agreed} onChange={setAgreed} />
      <FileUpload
        id="s-file"
        label={words.fileLabel}
        accept={['application/pdf', 'image/png', 'image/jpeg']}
        maxBytes={5_000_000}
        maxFiles={3}
        camera
        files={[
          { key: '1', name: words.fileName, size: 1_240_000, mediaType: 'image/jpeg', href: '#file' },
          { key: '2', name: 'shop-2.png', size: 820_000, mediaType: 'image/png', progress: 0.4 },
        ]}
        onAdd={() => undefined}
        onRemove={() => undefined}
      />
    </div>
  );
}
