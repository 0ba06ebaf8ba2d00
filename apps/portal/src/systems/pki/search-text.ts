import { useEffect, useRef, useState } from 'react';

/**
 * The text of a search box whose settled value lives elsewhere (in the address): it is passed on when typing rests, and follows when
 * something else changed it, such as cleared filters or the back button.
 */
export function useSearchText(current: string, apply: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(current);
  const sent = useRef(current);
  const latest = useRef(apply);
  useEffect(() => {
    latest.current = apply;
  });
  useEffect(() => {
    if (current === sent.current) return;
    sent.current = current;
    setText(current);
  }, [current]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = wanted;
      latest.current(wanted);
    }, 250);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText];
}
